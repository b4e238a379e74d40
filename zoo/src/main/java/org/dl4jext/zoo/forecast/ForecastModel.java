package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.StoredModel;

/**
 * A trained network with its {@link ForecastFormat}, which the model file holds as metadata. Not
 * thread-safe: forecasting moves the network's state.
 */
public final class ForecastModel {

  private final MultiLayerNetwork network;
  private final ForecastFormat format;

  ForecastModel(MultiLayerNetwork network, ForecastFormat format) {
    this.network = network;
    this.format = format;
  }

  /** The network. */
  public MultiLayerNetwork network() {
    return network;
  }

  /** Everything beside the network. */
  public ForecastFormat format() {
    return format;
  }

  /**
   * Forecasts of the rows after the last one of a series.
   *
   * @return [target][lead]
   */
  public double[][] forecast(TimeSeries series, int horizon) {
    requireColumns(series);
    NetworkForecaster forecaster =
        new NetworkForecaster(network, format.codecs(), format.context());
    if (series.length() <= forecaster.firstOrigin()) {
      throw new UnforecastableException(
          series.length() + " rows; this model needs at least " + (forecaster.firstOrigin() + 1));
    }
    double[][][] forecast =
        forecaster.forecast(series.values(), new int[] {series.length() - 1}, horizon);
    return Arrays.stream(forecast)
        .limit(format.targets().size())
        .map(column -> column[0])
        .toArray(double[][]::new);
  }

  /** Half-width of the interval; leads beyond the model's horizon keep the last one's. */
  public double width(int target, int lead) {
    return format.widths()[target][Math.min(lead, format.horizon() - 1)];
  }

  /** Lower end of the interval of a forecast. */
  public double lower(int target, int lead, double forecast) {
    return format.codecs().get(target).lower(forecast, width(target, lead));
  }

  private void requireColumns(TimeSeries series) {
    if (!series.targets().equals(format.targets())
        || !series.covariates().equals(format.covariates())) {
      throw new IllegalArgumentException(
          "columns are "
              + series.targets()
              + " and "
              + series.covariates()
              + "; needed: "
              + format.targets()
              + " and "
              + format.covariates());
    }
  }

  /** The network with its format as metadata. */
  public StoredModel stored() {
    return StoredModel.of(network, Map.of(ForecastFormat.KEY, format));
  }

  /** Writes the model file. */
  public void save(Path file) throws IOException {
    SafeModels.save(stored(), file);
  }

  /**
   * Reads a model file.
   *
   * @throws IOException where it is none, with what is wrong
   */
  public static ForecastModel load(Path file) throws IOException {
    return of(SafeModels.load(file), file.toString());
  }

  /** Whether a file holds a forecasting model. */
  public static boolean isIn(StoredModel stored) {
    return stored.metadata().containsKey(ForecastFormat.KEY);
  }

  /**
   * The forecasting model that a file holds.
   *
   * @param name of the file, for errors
   * @throws IOException where it is none, with what is wrong
   */
  public static ForecastModel of(StoredModel stored, String name) throws IOException {
    MultiLayerNetwork network = stored.network();
    ForecastFormat format = ForecastFormat.of(stored.metadata(), name);
    long outputs = network.layerSize(network.getnLayers() - 1);
    long inputs = network.layerInputSize(0);
    if (outputs != format.codecs().size() || inputs != format.features()) {
      throw new IOException(name + ": the network does not fit its " + ForecastFormat.KEY);
    }
    return new ForecastModel(network, format);
  }
}
