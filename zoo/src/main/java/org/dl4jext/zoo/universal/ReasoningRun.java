package org.dl4jext.zoo.universal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.ReasoningExample;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.datasets.ReasoningTaskIterator;
import org.dl4jext.datasets.TokenSequence;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.dl4jext.recurrent.universal.UniversalTransformerRuntime;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A finished training run on a reasoning task.
 *
 * @param task what was learnt
 * @param options how
 * @param network the trained network
 * @param results on fresh examples, by difficulty
 * @param seconds of training
 */
public record ReasoningRun(
    ReasoningTask task,
    ReasoningOptions options,
    MultiLayerNetwork network,
    List<Result> results,
    double seconds) {

  private static final int EXAMPLES = 256;
  private static final long TEST_SEED = 0x7E57L;

  /**
   * How a network does at one difficulty.
   *
   * @param difficulty hops, symbols, digits or facts
   * @param token share of the labelled steps that are right
   * @param sequence share of the examples whose labelled steps are all right
   * @param meanSteps steps of the loop, the mean over positions; 0 without halting
   */
  public record Result(int difficulty, double token, double sequence, double meanSteps) {}

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /** After each update. */
    void update(int update, int updates, double score);
  }

  /** Trains and measures; the same options give the same numbers. */
  public static ReasoningRun train(
      ReasoningTask task, ReasoningOptions options, List<Integer> difficulties, Listener listener) {
    long start = System.nanoTime();
    MultiLayerNetwork network = options.model().network(task, options);
    fit(network, task, options, listener);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Result> results = new ArrayList<>();
    for (int difficulty : difficulties) {
      results.add(measure(network, task, difficulty, EXAMPLES, TEST_SEED + difficulty));
    }
    return new ReasoningRun(task, options, network, List.copyOf(results), seconds);
  }

  /**
   * Trains a network on fresh examples, its gradient clipped to norm 1.
   *
   * @param listener what it throws ends the training
   */
  public static void fit(
      MultiLayerNetwork network, ReasoningTask task, ReasoningOptions options, Listener listener) {
    network.addListeners(new GlobalNormClipping(1));
    ReasoningTaskIterator data =
        new ReasoningTaskIterator(
            task,
            new ReasoningTaskIterator.Options(
                options.batch(),
                options.updates(),
                options.least(),
                options.greatest(),
                options.maxOffset(),
                options.seed()));
    for (int update = 1; data.hasNext(); update++) {
      network.fit(data.next());
      listener.update(update, options.updates(), network.score());
    }
  }

  /** Measures a network on fresh examples without offsets. */
  public static Result measure(
      MultiLayerNetwork network, ReasoningTask task, int difficulty, int examples, long seed) {
    List<ReasoningExample> rows =
        ReasoningTaskIterator.draw(
            task, new SplittableRandom(seed), difficulty, difficulty, examples);
    DataSet data = ReasoningTaskIterator.toDataSet(task, rows, new int[examples]);
    INDArray output = network.output(data.getFeatures(), false, data.getFeaturesMaskArray(), null);
    int[][] best = output.argMax(1).toIntMatrix();
    int labelled = 0;
    int right = 0;
    int whole = 0;
    for (int n = 0; n < examples; n++) {
      int[] labels = rows.get(n).labels();
      boolean all = true;
      for (int t = 0; t < labels.length; t++) {
        if (labels[t] != TokenSequence.NO_LABEL) {
          labelled++;
          right += best[n][t] == labels[t] ? 1 : 0;
          all &= best[n][t] == labels[t];
        }
      }
      whole += all ? 1 : 0;
    }
    double steps =
        network.getLayer(0) instanceof UniversalTransformerRuntime layer
            ? layer.halting().meanSteps()
            : 0;
    return new Result(difficulty, right / (double) labelled, whole / (double) examples, steps);
  }

  /**
   * The steps that each position of the test examples takes; empty for a network without halting.
   */
  public Optional<HaltingReport> halting() {
    if (!(network.getLayer(0) instanceof UniversalTransformerRuntime)) {
      return Optional.empty();
    }
    List<Integer> difficulties = results.stream().map(Result::difficulty).toList();
    return Optional.of(HaltingReport.of(network, task, difficulties, EXAMPLES, TEST_SEED));
  }

  /** The result at a difficulty that was measured. */
  public Result at(int difficulty) {
    return results.stream()
        .filter(result -> result.difficulty() == difficulty)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("difficulty " + difficulty + " was not measured"));
  }
}
