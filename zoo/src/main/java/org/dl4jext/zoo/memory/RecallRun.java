package org.dl4jext.zoo.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.MultiQueryRecall;
import org.dl4jext.datasets.SequenceTaskIterator;
import org.dl4jext.datasets.TokenEncoding;
import org.dl4jext.datasets.TokenSequence;
import org.dl4jext.zoo.tracking.Accuracy;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A finished recall run.
 *
 * @param options how
 * @param network the trained network
 * @param accuracies on fresh examples, by number of pairs
 * @param seconds of training
 */
public record RecallRun(
    RecallOptions options,
    MultiLayerNetwork network,
    List<RecallAccuracy> accuracies,
    double seconds) {

  /** Numbers of pairs that accuracies are measured at. */
  public static final List<Integer> PAIRS = List.of(8, 16, 32, 48);

  private static final int EXAMPLES = 256;
  private static final long TEST_SEED = 0x7E57L;

  /**
   * How often values are recalled.
   *
   * @param pairs of each example
   * @param share of the queries that are answered right
   */
  public record RecallAccuracy(int pairs, double share) {}

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /** After each step. */
    void step(int step, int steps, double score);
  }

  /** Trains and measures; the same options give the same numbers. */
  public static RecallRun train(RecallOptions options, Listener listener) {
    long start = System.nanoTime();
    MultiQueryRecall task = MultiQueryRecall.dense(options.keys(), options.keys());
    MultiLayerNetwork network = new Recaller(task, options).init();
    fit(network, task, options, listener);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<RecallAccuracy> accuracies = new ArrayList<>();
    for (int pairs : PAIRS) {
      if (pairs <= options.keys()) {
        Accuracy measured = Accuracy.measure(network, task, 3 * pairs, EXAMPLES, TEST_SEED + pairs);
        accuracies.add(new RecallAccuracy(pairs, measured.token()));
      }
    }
    return new RecallRun(options, network, List.copyOf(accuracies), seconds);
  }

  /**
   * Trains a network on fresh examples.
   *
   * @param listener what it throws ends the training
   */
  public static void fit(
      MultiLayerNetwork network, MultiQueryRecall task, RecallOptions options, Listener listener) {
    SplittableRandom random = new SplittableRandom(options.seed());
    int length = task.nearestLength(3 * options.pairs());
    for (int step = 1; step <= options.steps(); step++) {
      List<TokenSequence> rows = new ArrayList<>();
      for (int i = 0; i < options.batchSize(); i++) {
        rows.add(task.draw(random, length));
      }
      DataSet data = SequenceTaskIterator.toDataSet(task, rows, 0, TokenEncoding.INDEX);
      data.setFeaturesMaskArray(null); // examples of one length have no padding
      network.fit(data);
      listener.step(step, options.steps(), network.score());
    }
  }
}
