package org.dl4jext.zoo.tracking;

import static org.dl4jext.samediff.delta.EigenvalueRange.SIGNED;
import static org.dl4jext.samediff.delta.EigenvalueRange.UNIT;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.GroupWordProblem;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.samediff.delta.EigenvalueRange;

/**
 * The runs that show what eigenvalue range and householders are needed for: each with three fixed
 * seeds, medians reported.
 */
public final class TrackingTable {

  /** The seeds of every row. */
  public static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  private static final int PARITY_STEPS = 250;
  private static final int GROUP_STEPS = 500;

  private TrackingTable() {}

  /**
   * One row: a task and how it is learnt.
   *
   * @param task what is learnt
   * @param options with the first seed
   * @param required whether theory says that it can be learnt and the row must show it
   */
  public record Row(SequenceTask task, TrackingOptions options, boolean required) {}

  /**
   * One row with its median run at every length.
   *
   * @param row the row
   * @param accuracies medians over the seeds, by length
   * @param solved runs that solved the training length
   * @param seconds of all its runs
   */
  public record Median(Row row, List<Accuracy> accuracies, int solved, double seconds) {}

  /** Rows of the table; controls have the same number of steps as what they control. */
  public static List<Row> rows() {
    SequenceTask parity = FormalLanguageTask.of(FormalLanguage.PARITY, Supervision.EVERY_PREFIX);
    SequenceTask s3 = GroupWordProblem.of("S3");
    return List.of(
        row(parity, 1, SIGNED, PARITY_STEPS, true),
        row(parity, 1, UNIT, PARITY_STEPS, false),
        row(s3, 2, SIGNED, GROUP_STEPS, true),
        row(s3, 1, SIGNED, GROUP_STEPS, false),
        row(s3, 2, UNIT, GROUP_STEPS, false),
        row(GroupWordProblem.of("S3").swapsOnly(), 1, SIGNED, GROUP_STEPS, true),
        row(GroupWordProblem.of("S4"), 2, SIGNED, GROUP_STEPS, false),
        row(GroupWordProblem.of("Z5"), 2, SIGNED, GROUP_STEPS, false));
  }

  private static Row row(
      SequenceTask task, int householders, EigenvalueRange range, int steps, boolean required) {
    return new Row(task, TrackingOptions.of(householders, range, steps, SEEDS.get(0)), required);
  }

  /** Trains a row with each seed. */
  public static Median run(Row row, List<Integer> lengths, TrackingRun.Listener listener) {
    List<TrackingRun> runs = new ArrayList<>();
    for (long seed : SEEDS) {
      runs.add(TrackingRun.train(row.task(), row.options().withSeed(seed), lengths, listener));
    }
    List<Accuracy> medians = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      int at = i;
      medians.add(
          new Accuracy(
              runs.get(0).accuracies().get(i).length(),
              median(runs.stream().map(run -> run.accuracies().get(at).token()).toList()),
              median(runs.stream().map(run -> run.accuracies().get(at).sequence()).toList())));
    }
    int solved = (int) runs.stream().filter(run -> run.solvedAt() > 0).count();
    double seconds = runs.stream().mapToDouble(TrackingRun::seconds).sum();
    return new Median(row, List.copyOf(medians), solved, seconds);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted(Comparator.naturalOrder()).toList().get(values.size() / 2);
  }
}
