package org.dl4jext.zoo.forecast;

import java.util.Arrays;

/** The forecasts every model has to be compared with. An origin is the last known row. */
final class Baselines {

  private Baselines() {}

  static double[] lastValue(double[] x, int origin, int horizon) {
    double[] forecast = new double[horizon];
    Arrays.fill(forecast, x[origin]);
    return forecast;
  }

  /** The value of the same place in the last known season. */
  static double[] seasonalNaive(double[] x, int origin, int horizon, int season) {
    double[] forecast = new double[horizon];
    for (int lead = 0; lead < horizon; lead++) {
      forecast[lead] = x[origin + 1 - season + lead % season];
    }
    return forecast;
  }

  /** The linear autoregression of the codec, fed with its own forecasts. */
  static double[] regression(ColumnCodec codec, double[] x, int origin, int horizon) {
    int memory = codec.memory();
    double[] tail = Arrays.copyOfRange(x, origin - memory, origin + 1 + horizon);
    double[] forecast = new double[horizon];
    for (int lead = 0; lead < horizon; lead++) {
      forecast[lead] = codec.regressionForecast(tail, memory + lead);
      tail[memory + 1 + lead] = forecast[lead];
    }
    return forecast;
  }
}
