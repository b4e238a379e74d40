package org.dl4jext.zoo.universal;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.ReasoningExample;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.datasets.ReasoningTaskIterator;
import org.dl4jext.recurrent.universal.UniversalTransformerRuntime;
import org.dl4jext.samediff.universal.HaltingRecord;
import org.dl4jext.zoo.plot.HeatMap;
import org.dl4jext.zoo.plot.Plot;
import org.nd4j.linalg.dataset.DataSet;

/**
 * How many steps a network takes, by difficulty and by position.
 *
 * @param rows one for each difficulty
 */
public record HaltingReport(List<Row> rows) {

  /**
   * The steps at one difficulty.
   *
   * @param difficulty hops, symbols, digits or facts
   * @param mean over all positions
   * @param distribution how many positions took one step, two steps and so on
   * @param byPosition mean of each position over the examples that have it
   */
  public record Row(int difficulty, double mean, int[] distribution, double[] byPosition) {}

  /**
   * Runs a network on fresh examples of each difficulty.
   *
   * @param network whose first layer is a Universal Transformer
   * @throws IllegalArgumentException if it is not
   */
  public static HaltingReport of(
      MultiLayerNetwork network,
      ReasoningTask task,
      List<Integer> difficulties,
      int examples,
      long seed) {
    List<Row> rows = new ArrayList<>();
    for (int difficulty : difficulties) {
      List<ReasoningExample> drawn =
          ReasoningTaskIterator.draw(
              task, new SplittableRandom(seed), difficulty, difficulty, examples);
      rows.add(
          of(network, difficulty, ReasoningTaskIterator.toDataSet(task, drawn, new int[examples])));
    }
    return new HaltingReport(List.copyOf(rows));
  }

  /** Runs a network on the features of a data set. */
  public static Row of(MultiLayerNetwork network, int difficulty, DataSet data) {
    if (!(network.getLayer(0) instanceof UniversalTransformerRuntime layer)) {
      throw new IllegalArgumentException(
          "HaltingReport: the first layer is "
              + network.getLayer(0).conf().getLayer().getClass().getSimpleName()
              + "; allowed: UniversalTransformer");
    }
    network.output(data.getFeatures(), false, data.getFeaturesMaskArray(), null);
    HaltingRecord record = layer.halting();
    double[] byPosition = new double[record.length()];
    for (int t = 0; t < byPosition.length; t++) {
      double sum = 0;
      int number = 0;
      for (int n = 0; n < record.batch(); n++) {
        double steps = record.steps()[n * record.length() + t];
        sum += steps;
        number += steps > 0 ? 1 : 0;
      }
      byPosition[t] = number == 0 ? 0 : sum / number;
    }
    return new Row(difficulty, record.meanSteps(), record.distribution(), byPosition);
  }

  /** A heat map of the mean steps: positions to the right, difficulties upwards. */
  public Plot plot(String title, String unit) {
    List<Integer> difficulties = rows.stream().map(Row::difficulty).toList();
    List<double[]> values = rows.stream().map(Row::byPosition).toList();
    return HeatMap.of(title, new HeatMap.Axes("position", unit), difficulties, values);
  }
}
