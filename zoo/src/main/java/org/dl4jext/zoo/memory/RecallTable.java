package org.dl4jext.zoo.memory;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.zoo.memory.RecallRun.RecallAccuracy;

/** All variants over two base memories beside softmax attention, each with fixed seeds. */
public final class RecallTable {

  /** The seeds of every row. */
  public static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  private static final int SEGMENT = 4;

  private RecallTable() {}

  /**
   * One row with its medians over the seeds.
   *
   * @param options with the first seed
   * @param accuracies medians, by number of pairs
   * @param seconds of all its runs
   */
  public record Median(RecallOptions options, List<RecallAccuracy> accuracies, double seconds) {}

  /** Rows: attention, then each base memory alone and in every variant. */
  public static List<RecallOptions> rows(int steps) {
    List<RecallOptions> rows = new ArrayList<>(List.of(row(null, null, steps)));
    for (BaseMemory memory : List.of(BaseMemory.LINEAR, BaseMemory.DELTA)) {
      rows.add(row(memory, null, steps));
      for (CachingVariant variant : CachingVariant.values()) {
        rows.add(row(memory, caching(variant, SEGMENT), steps));
      }
    }
    return List.copyOf(rows);
  }

  private static RecallOptions row(BaseMemory memory, CachingSpec caching, int steps) {
    return RecallOptions.of(memory, caching, SEEDS.get(0)).withSteps(steps);
  }

  /** Independent segments whose inputs are pooled; SPARSE reads four. */
  public static CachingSpec caching(CachingVariant variant, int segmentLength) {
    return CachingSpec.ofSegments(segmentLength)
        .withVariant(variant)
        .withRouterFeatures(RouterFeatures.HIDDEN);
  }

  /** Trains a row with each seed. */
  public static Median run(RecallOptions row, RecallRun.Listener listener) {
    List<RecallRun> runs = new ArrayList<>();
    for (long seed : SEEDS) {
      runs.add(RecallRun.train(row.withSeed(seed), listener));
    }
    List<RecallAccuracy> medians = new ArrayList<>();
    for (int i = 0; i < runs.get(0).accuracies().size(); i++) {
      int at = i;
      double[] shares =
          runs.stream().mapToDouble(r -> r.accuracies().get(at).share()).sorted().toArray();
      medians.add(
          new RecallAccuracy(runs.get(0).accuracies().get(i).pairs(), shares[shares.length / 2]));
    }
    return new Median(
        row, List.copyOf(medians), runs.stream().mapToDouble(RecallRun::seconds).sum());
  }
}
