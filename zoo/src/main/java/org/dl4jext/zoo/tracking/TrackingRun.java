package org.dl4jext.zoo.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.SequenceTaskIterator;
import org.dl4jext.datasets.TokenEncoding;
import org.dl4jext.datasets.TokenSequence;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A finished training run.
 *
 * @param task what was learnt
 * @param options how
 * @param network the trained network
 * @param reached longest training length that the curriculum got to
 * @param solvedAt first step at which the averaged share of whole training examples of full length
 *     was at least 0.99; 0 if none
 * @param accuracies on fresh examples, by length
 * @param seconds of training
 */
public record TrackingRun(
    SequenceTask task,
    TrackingOptions options,
    MultiLayerNetwork network,
    int reached,
    int solvedAt,
    List<Accuracy> accuracies,
    double seconds) {

  /** Lengths that accuracies are measured at. */
  public static final List<Integer> LENGTHS = List.of(32, 64, 128, 256, 512);

  private static final int FIRST_LENGTH = 4;
  private static final int TOKENS = 1024;
  private static final int LEAST_BATCH = 32;
  private static final int MOST_BATCH = 128;
  private static final double AVERAGE = 0.8;
  private static final double MASTERED = 0.9;
  private static final double SOLVED = 0.99;
  private static final int EXAMPLES = 128;
  private static final long TEST_SEED = 0x7E57L;

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /** After each step. */
    void step(int step, int steps, int length, double sequenceAccuracy);
  }

  /** How far a network came: longest training length, and the step that solved it, 0 if none. */
  public record Progress(int reached, int solvedAt) {}

  /** Trains and measures; the same options give the same numbers. */
  public static TrackingRun train(
      SequenceTask task, TrackingOptions options, List<Integer> lengths, Listener listener) {
    long start = System.nanoTime();
    MultiLayerNetwork network = new TrackingNetwork(task, options).init();
    Progress progress =
        fit(
            network,
            task,
            options.length(),
            options.steps(),
            options.curriculum(),
            options.seed(),
            listener);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Accuracy> accuracies = new ArrayList<>();
    for (int tested : lengths) {
      accuracies.add(Accuracy.measure(network, task, tested, EXAMPLES, TEST_SEED + tested));
    }
    return new TrackingRun(
        task,
        options,
        network,
        progress.reached(),
        progress.solvedAt(),
        List.copyOf(accuracies),
        seconds);
  }

  /**
   * Trains a network on fresh examples, its gradient clipped to norm 1.
   *
   * @param longest length of the examples, at the end with a curriculum
   * @param steps parameter updates
   * @param curriculum whether lengths grow from 4 as they are mastered
   * @param seed of the examples
   * @param listener what it throws ends the training
   */
  public static Progress fit(
      MultiLayerNetwork network,
      SequenceTask task,
      int longest,
      int steps,
      boolean curriculum,
      long seed,
      Listener listener) {
    network.addListeners(new GlobalNormClipping(1));
    SplittableRandom random = new SplittableRandom(seed);
    int full = task.nearestLength(longest);
    int length = curriculum ? Math.min(full, task.nearestLength(FIRST_LENGTH)) : full;
    double average = 0;
    int solvedAt = 0;
    for (int step = 1; step <= steps; step++) {
      int batch = Math.max(LEAST_BATCH, Math.min(MOST_BATCH, TOKENS / length));
      List<TokenSequence> rows = Accuracy.draw(task, random, length, batch);
      DataSet data = SequenceTaskIterator.toDataSet(task, rows, 0, TokenEncoding.INDEX);
      double right = Accuracy.of(network.output(data.getFeatures()), rows).sequence();
      average = AVERAGE * average + (1 - AVERAGE) * right;
      network.fit(data);
      if (length == full && average >= SOLVED && solvedAt == 0) {
        solvedAt = step;
      }
      if (length < full && average > MASTERED) {
        int next = Math.max(length + 2, length + length / 2);
        length = Math.min(full, task.nearestLength(next));
        average = 0;
      }
      listener.step(step, steps, length, average);
    }
    return new Progress(length, solvedAt);
  }

  /** Token accuracy at a length that was measured. */
  public double tokenAccuracy(int length) {
    int steps = task.nearestLength(length);
    return accuracies.stream()
        .filter(accuracy -> accuracy.length() == steps)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("length " + length + " was not measured"))
        .token();
  }
}
