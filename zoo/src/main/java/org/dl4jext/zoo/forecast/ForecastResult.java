package org.dl4jext.zoo.forecast;

import java.util.List;
import org.dl4jext.datasets.TimeSeries;

/**
 * A finished forecast.
 *
 * @param series the data
 * @param model the trained model; the hybrid where it was asked for
 * @param targets what came out for each target
 * @param trainRows rows of the training part
 * @param testStart first row of the test part
 * @param parameters number of parameters of the network
 * @param epochs epochs until early stopping
 * @param notices choices, findings and oddities, in sentences
 * @param seconds time taken
 */
public record ForecastResult(
    TimeSeries series,
    ForecastModel model,
    List<TargetReport> targets,
    int trainRows,
    int testStart,
    long parameters,
    int epochs,
    List<String> notices,
    double seconds) {

  /** Who the model is. */
  public Forecasters kind() {
    return model.format().codecs().get(0).hybrid() ? Forecasters.HYBRID : Forecasters.NETWORK;
  }
}
