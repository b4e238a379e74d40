package org.dl4jext.zoo.qkan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The table of the QKAN-LSTM benchmark: 30 epochs, batches of 10, Adam at 1e-2, windows of 4, five
 * fixed seeds, the median and the range of the test error on the scale [-1,1].
 */
public final class QkanBenchmark {

  /** The seeds of every model. */
  public static final List<Long> SEEDS = List.of(11L, 12L, 13L, 14L, 15L);

  /** Passes of a training over the examples. */
  public static final int EPOCHS = 30;

  private static final int BATCH = 10;

  private QkanBenchmark() {}

  /**
   * A model of the table.
   *
   * @param name as printed
   * @param network by seed
   */
  public record Model(String name, LongFunction<QkanForecaster> network) {}

  /**
   * A row of the table.
   *
   * @param name of the model
   * @param parameters trainable numbers
   * @param median test error, mean squared
   * @param least of the seeds
   * @param largest of the seeds
   */
  public record Row(String name, long parameters, double median, double least, double largest) {}

  /** Hears how the runs go. */
  public interface Listener {
    /** After each pass over the training examples, with the loss of its last batch. */
    void epoch(String model, int epoch, double loss);

    /** After each run. */
    void done(int runs, String model);
  }

  /** Hears how one run goes. */
  @FunctionalInterface
  public interface EpochListener {
    /** After each pass over the training examples, with the loss of its last batch. */
    void epoch(int epoch, double loss);
  }

  /** The trained models, with both measures. */
  public static List<Model> models() {
    List<Model> models = new ArrayList<>();
    for (QkanMeasure measure : QkanMeasure.values()) {
      String name = measure == QkanMeasure.FAST ? ", FAST" : ", EXPECTATION";
      for (int reps : new int[] {1, 2, 3}) {
        QkanLstmSpec small = QkanForecaster.anglesAndBase(reps, measure);
        models.add(
            new Model(
                "QKAN-LSTM H=1 r=" + reps + " base" + name,
                seed -> QkanForecaster.of(small, 1, seed)));
      }
      for (int reps : new int[] {1, 2, 3}) {
        QkanLstmSpec full = QkanLstmSpec.standard().with("reps", reps).with("measure", measure);
        models.add(
            new Model(
                "QKAN-LSTM H=1 r=" + reps + " everything" + name,
                seed -> QkanForecaster.of(full, 1, seed)));
      }
      QkanLstmSpec hybrid = QkanForecaster.anglesAndBase(1, measure).withLatent(1, 1);
      models.add(
          new Model(
              "HQKAN-LSTM H=5 d=1 r=1 base" + name, seed -> QkanForecaster.of(hybrid, 5, seed)));
    }
    for (int hidden : new int[] {5, 4, 2}) {
      models.add(new Model("LSTM H=" + hidden, seed -> QkanForecaster.lstm(hidden, seed)));
    }
    return models;
  }

  /** Number of runs that a table takes. */
  public static int runs() {
    return models().size() * SEEDS.size();
  }

  /** Trains and measures everything on a series; baselines first. */
  public static List<Row> run(SeriesWindows windows, Listener listener) {
    List<Row> rows = baselines(windows);
    int done = 0;
    for (Model model : models()) {
      List<Double> errors = new ArrayList<>();
      long parameters = 0;
      for (long seed : SEEDS) {
        MultiLayerNetwork network = model.network.apply(seed).init();
        parameters = network.numParams();
        train(network, windows, seed, (epoch, loss) -> listener.epoch(model.name, epoch, loss));
        errors.add(error(network, windows.test()));
        listener.done(++done, model.name);
      }
      Collections.sort(errors);
      rows.add(
          new Row(
              model.name,
              parameters,
              errors.get(errors.size() / 2),
              errors.get(0),
              errors.get(errors.size() - 1)));
    }
    return rows;
  }

  /** What needs no training: the last value, and a linear model of a window. */
  static List<Row> baselines(SeriesWindows windows) {
    List<Row> rows = new ArrayList<>();
    double[] series = windows.scaled();
    int first = windows.trainSize();
    rows.add(constant("last value", 0, windows, i -> series[i + QkanSeries.WINDOW - 1]));
    RealVector coefficients = linearFit(series, first);
    rows.add(
        constant(
            "linear AR(4)",
            coefficients.getDimension(),
            windows,
            i -> regressors(series, i).dotProduct(coefficients)));
    return rows;
  }

  /** The least-squares coefficients of the first windows, and the shortest where many are best. */
  private static RealVector linearFit(double[] series, int windows) {
    RealMatrix all = MatrixUtils.createRealMatrix(windows, QkanSeries.WINDOW + 1);
    RealVector next = new ArrayRealVector(windows);
    for (int i = 0; i < windows; i++) {
      all.setRowVector(i, regressors(series, i));
      next.setEntry(i, series[i + QkanSeries.WINDOW]);
    }
    return new SingularValueDecomposition(all).getSolver().solve(next);
  }

  /** A window and 1 for the intercept. */
  private static RealVector regressors(double[] series, int window) {
    return new ArrayRealVector(series, window, QkanSeries.WINDOW).append(1);
  }

  private static Row constant(
      String name, long parameters, SeriesWindows windows, IntFunction<Double> forecast) {
    double[] series = windows.scaled();
    double sum = 0;
    for (int i = windows.trainSize(); i < windows.size(); i++) {
      double error = forecast.apply(i) - series[i + QkanSeries.WINDOW];
      sum += error * error;
    }
    double mean = sum / (windows.size() - windows.trainSize());
    return new Row(name, parameters, mean, mean, mean);
  }

  /** Trains a network as the benchmark does. */
  public static void train(
      MultiLayerNetwork network, SeriesWindows windows, long seed, EpochListener listener) {
    List<DataSet> examples = windows.train().asList();
    Random random = new Random(seed);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      Collections.shuffle(examples, random);
      for (int from = 0; from < examples.size(); from += BATCH) {
        int to = Math.min(examples.size(), from + BATCH);
        network.fit(DataSet.merge(examples.subList(from, to)));
      }
      listener.epoch(epoch, network.score());
    }
  }

  /** The mean squared error of a network. */
  public static double error(MultiLayerNetwork network, DataSet examples) {
    INDArray difference = network.output(examples.getFeatures()).sub(examples.getLabels());
    return difference.mul(difference).meanNumber().doubleValue();
  }
}
