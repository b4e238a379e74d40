package org.dl4jext.zoo.sweep;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.zoo.catalogue.Labels;
import org.dl4jext.zoo.qkan.QkanBenchmark;
import org.dl4jext.zoo.qkan.QkanForecaster;
import org.dl4jext.zoo.qkan.QkanSeries;

/**
 * Sweeps over the QKAN-LSTM on the series of its benchmark. The score is measured on the last fifth
 * of what the benchmark trains on; its test part is not looked at.
 *
 * @param series what is forecast
 */
record QkanSweep(QkanSeries series) implements OptionsSweep<QkanSweep.Options> {

  private static final double TRAIN_SHARE = 0.8;

  /**
   * The parameters.
   *
   * @param hidden outputs of the layer
   * @param qkan options of the layer
   */
  public record Options(int hidden, QkanLstmSpec qkan) implements Spec<Options> {

    public Options {
      SweepValues.whole("hidden", hidden, 1, 4096);
    }
  }

  /** The sweep that a space file asks for. */
  static QkanSweep of(SpaceSettings settings) {
    return new QkanSweep(settings.constant("series", QkanSeries.SHM));
  }

  @Override
  public Options usual() {
    return new Options(1, QkanLstmSpec.standard());
  }

  @Override
  public Set<String> settled() {
    return Set.of();
  }

  @Override
  public String title() {
    return "one-step forecasts of " + Labels.of(series);
  }

  @Override
  public String scoreName() {
    return "mean squared error on the validation part";
  }

  @Override
  public boolean minimize() {
    return true;
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    Options options = options(values);
    double[] all = series.series();
    int known = (int) (QkanSeries.TRAIN_SHARE * all.length);
    SeriesWindows windows =
        new SeriesWindows(Arrays.copyOf(all, known), QkanSeries.WINDOW, TRAIN_SHARE);
    MultiLayerNetwork network = QkanForecaster.of(options.qkan, options.hidden, seed).init();
    return new NetworkTraining(
            network,
            QkanBenchmark.EPOCHS,
            listener -> QkanBenchmark.train(network, windows, seed, listener::step),
            () -> QkanBenchmark.error(network, windows.test()))
        .run(share, watch, Map.of("task", title(), "parameters", values));
  }
}
