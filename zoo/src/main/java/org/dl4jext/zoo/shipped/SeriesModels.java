package org.dl4jext.zoo.shipped;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.DampedOscillator;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.datasets.TimeSeriesCsv;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.zoo.forecast.Evaluation;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.forecast.ForecastOptions;
import org.dl4jext.zoo.forecast.Forecaster;
import org.dl4jext.zoo.forecast.Forecasters;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.qkan.QkanBenchmark;
import org.dl4jext.zoo.qkan.QkanForecaster;
import org.dl4jext.zoo.qkan.QkanSeries;
import org.nd4j.linalg.dataset.DataSet;

/** Shipped models of series. */
final class SeriesModels {

  private static final int HIDDEN = 5;

  private SeriesModels() {}

  /** HQKAN-LSTM that forecasts one step; trained on the series of the benchmark. */
  static ShippedModel qkan(
      String name, QkanSeries series, String fresh, LongFunction<double[]> drawn, long seed) {
    QkanLstmSpec spec = QkanForecaster.anglesAndBase(1, QkanMeasure.FAST).withLatent(1, 1);
    return new ShippedModel(
        name,
        "one-step forecasts of the series " + series,
        seed,
        () -> QkanForecaster.of(spec, HIDDEN, seed),
        listener -> {
          MultiLayerNetwork network = QkanForecaster.of(spec, HIDDEN, seed).init();
          QkanBenchmark.train(
              network,
              series.windows(),
              seed,
              (epoch, loss) -> listener.step(epoch, QkanBenchmark.EPOCHS, loss));
          return StoredModel.of(network, Map.of());
        },
        (stored, from) -> {
          MultiLayerNetwork network = stored.network();
          return Metric.mean(
              "mean squared error on " + fresh + ", scaled to [-1,1]",
              false,
              0,
              from,
              part -> QkanBenchmark.error(network, examples(drawn.apply(part))));
        });
  }

  /** All windows of a series. */
  private static DataSet examples(double[] series) {
    SeriesWindows windows = new SeriesWindows(series, QkanSeries.WINDOW, QkanSeries.TRAIN_SHARE);
    return DataSet.merge(List.of(windows.train(), windows.test()));
  }

  /** A pendulum that starts otherwise and is damped otherwise than that of the benchmark. */
  static double[] pendulum(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double damping = random.nextDouble(0.1, 0.2);
    double velocity = random.nextDouble(2, 4);
    DampedOscillator usual = DampedOscillator.benchmark();
    return new DampedOscillator(
            damping, usual.gravity(), usual.angle(), velocity, usual.duration(), usual.samples())
        .velocities();
  }

  /**
   * A hybrid forecaster of carbon dioxide, trained after the plain one; measured on the rows after
   * those that chose it.
   */
  static ShippedModel co2(String name) {
    ForecastOptions options = ForecastOptions.defaults().withHybrid(true);
    return new ShippedModel(
        name,
        "forecasts of weekly carbon dioxide at Mauna Loa",
        options.seed(),
        () -> Forecaster.model(co2(), options),
        listener -> {
          Forecaster.Listener epochs =
              (who, epoch, most, error) -> {
                int before = who == Forecasters.HYBRID ? most : 0;
                listener.step(before + epoch, 2 * most, error);
              };
          return Forecaster.run(co2(), options, epochs).model().stored();
        },
        (stored, ignored) -> {
          Evaluation evaluation = Evaluation.of(ForecastModel.of(stored, name), co2());
          double error = evaluation.targets().get(0).horizonScores().get(evaluation.kind()).mase();
          return Metric.fixed("MASE over the horizon on the test rows", error, false);
        });
  }

  private static TimeSeries co2() {
    return BundledData.read(
        "co2.csv", file -> TimeSeriesCsv.read(file, TimeSeriesCsv.Columns.detected()));
  }
}
