package org.dl4jext.zoo.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.PasskeyRetrieval;
import org.dl4jext.datasets.SequenceTaskIterator;
import org.dl4jext.datasets.TokenEncoding;
import org.dl4jext.datasets.TokenSequence;
import org.dl4jext.zoo.tracking.Accuracy;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A finished run on passkey retrieval: trained on short sequences, tested by length and by the
 * depth at which the key stands.
 *
 * @param options how
 * @param lengths of the test sequences
 * @param accuracies share of right keys by length (outer) and by {@link #DEPTHS} (inner)
 * @param seconds of training
 */
public record PasskeyRun(
    RecallOptions options, List<Integer> lengths, List<List<Double>> accuracies, double seconds) {

  /** Places of the key in percent of the length; 100 is just before the question. */
  public static final List<Integer> DEPTHS = List.of(0, 25, 50, 75, 100);

  /** Lengths of the test sequences, in those of the training. */
  private static final List<Integer> LENGTHS = List.of(1, 4, 8, 16, 32);

  private static final int FILLER = 16;
  private static final int KEYS = 16;
  private static final int SHORTEST = 8;
  private static final int EXAMPLES = 128;
  private static final long TEST_SEED = 0x9A55L;

  /**
   * Trains and measures; the same arguments give the same numbers.
   *
   * @param length of the longest training sequence; tested at up to 32 times as many steps
   * @throws IllegalArgumentException if the length is too short
   */
  public static PasskeyRun train(RecallOptions options, int length, RecallRun.Listener listener) {
    if (length < 2 * SHORTEST) {
      throw new IllegalArgumentException(
          "length is " + length + "; allowed: " + 2 * SHORTEST + " and more");
    }
    long start = System.nanoTime();
    PasskeyRetrieval task = PasskeyRetrieval.of(FILLER, KEYS);
    MultiLayerNetwork network = new Recaller(task, options).init();
    SplittableRandom random = new SplittableRandom(options.seed());
    for (int step = 1; step <= options.steps(); step++) {
      int steps = random.nextInt(SHORTEST, length + 1);
      List<TokenSequence> rows = new ArrayList<>();
      for (int i = 0; i < options.batchSize(); i++) {
        rows.add(task.draw(random, steps));
      }
      DataSet data = SequenceTaskIterator.toDataSet(task, rows, 0, TokenEncoding.INDEX);
      data.setFeaturesMaskArray(null); // examples of one length have no padding
      network.fit(data);
      listener.step(step, options.steps(), network.score());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Integer> lengths = LENGTHS.stream().map(times -> times * length).toList();
    List<List<Double>> accuracies = new ArrayList<>();
    for (int tested : lengths) {
      List<Double> row = new ArrayList<>();
      for (int depth : DEPTHS) {
        row.add(
            Accuracy.measure(
                    network, task.atDepth(depth / 100.0), tested, EXAMPLES, TEST_SEED + depth)
                .token());
      }
      accuracies.add(List.copyOf(row));
    }
    return new PasskeyRun(options, lengths, List.copyOf(accuracies), seconds);
  }
}
