package org.dl4jext.datasets;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Seeded examples of a {@link ReasoningTask}: features [N,channels,T], labels [N,classes,T]
 * one-hot, feature mask and label mask [N,T], all FLOAT. Examples may stand behind a random number
 * of masked steps. The same seed gives the same batches after each reset. Not thread-safe.
 */
public final class ReasoningTaskIterator extends SeededIterator {

  private static final long serialVersionUID = 1L;

  private final ReasoningTask task;
  private final Options options;

  /**
   * What to draw.
   *
   * @param batchSize examples a batch
   * @param batches batches until the iterator ends
   * @param least difficulty
   * @param greatest difficulty; drawn uniformly between the two
   * @param maxOffset an example begins after 0 to this number of masked steps
   * @param seed of the random source
   */
  public record Options(
      int batchSize, int batches, int least, int greatest, int maxOffset, long seed)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    public Options {
      require("batchSize", batchSize, batchSize >= 1, "at least 1");
      require("batches", batches, batches >= 1, "at least 1");
      require("greatest", greatest, greatest >= least, "at least " + least + " (least)");
      require("maxOffset", maxOffset, maxOffset >= 0, "at least 0");
    }

    private static void require(String name, int value, boolean allowed, String what) {
      SeededIterator.require("ReasoningTaskIterator", name, value, allowed, what);
    }
  }

  public ReasoningTaskIterator(ReasoningTask task, Options options) {
    super(options.batchSize(), (long) options.batchSize() * options.batches(), options.seed());
    task.requireDifficulty(options.least());
    task.requireDifficulty(options.greatest());
    this.task = task;
    this.options = options;
  }

  /** Draws the examples of a batch without encoding them. */
  public static List<ReasoningExample> draw(
      ReasoningTask task, SplittableRandom random, int least, int greatest, int count) {
    List<ReasoningExample> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(task.draw(random, random.nextInt(least, greatest + 1)));
    }
    return rows;
  }

  /**
   * Encodes examples as one batch, as long as its longest example with what stands before it.
   *
   * @param offsets masked steps before each example
   */
  public static DataSet toDataSet(ReasoningTask task, List<ReasoningExample> rows, int[] offsets) {
    int n = rows.size();
    int steps = 0;
    for (int i = 0; i < n; i++) {
      steps = Math.max(steps, offsets[i] + rows.get(i).length());
    }
    float[] features = new float[n * task.channels() * steps];
    float[] labels = new float[n * task.classes() * steps];
    float[] featureMask = new float[n * steps];
    float[] labelMask = new float[n * steps];
    for (int i = 0; i < n; i++) {
      ReasoningExample row = rows.get(i);
      for (int t = 0; t < row.length(); t++) {
        int at = offsets[i] + t;
        for (int channel : row.active()[t]) {
          features[(i * task.channels() + channel) * steps + at] = 1;
        }
        featureMask[i * steps + at] = row.active()[t].length > 0 ? 1 : 0;
        if (row.labels()[t] != TokenSequence.NO_LABEL) {
          labels[(i * task.classes() + row.labels()[t]) * steps + at] = 1;
          labelMask[i * steps + at] = 1;
        }
      }
    }
    return new DataSet(
        Nd4j.createFromArray(features).reshape('c', n, task.channels(), steps),
        Nd4j.createFromArray(labels).reshape('c', n, task.classes(), steps),
        Nd4j.createFromArray(featureMask).reshape('c', n, steps),
        Nd4j.createFromArray(labelMask).reshape('c', n, steps));
  }

  @Override
  DataSet draw(SplittableRandom source, long first, int size) {
    List<ReasoningExample> rows = draw(task, source, options.least(), options.greatest(), size);
    int[] offsets = new int[size];
    for (int i = 0; i < size; i++) {
      offsets[i] = source.nextInt(options.maxOffset() + 1);
    }
    return toDataSet(task, rows, offsets);
  }

  @Override
  public int inputColumns() {
    return task.channels();
  }

  @Override
  public int totalOutcomes() {
    return task.classes();
  }
}
