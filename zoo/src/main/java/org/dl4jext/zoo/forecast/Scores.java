package org.dl4jext.zoo.forecast;

/**
 * Errors of forecasts.
 *
 * @param mae mean absolute error
 * @param rmse root of the mean squared error
 * @param mase mean absolute error over that of the seasonal naive forecast one season ahead within
 *     the training part; NaN where that is 0
 * @param smape mean of 200 |error| / (|actual| + |forecast|), in percent
 */
public record Scores(double mae, double rmse, double mase, double smape) {

  /** Adds up errors. */
  static final class Sum {
    private double absolute;
    private double squared;
    private double relative;
    private int count;

    void add(double actual, double forecast) {
      double error = Math.abs(actual - forecast);
      absolute += error;
      squared += error * error;
      double size = Math.abs(actual) + Math.abs(forecast);
      relative += size == 0 ? 0 : 200 * error / size;
      count++;
    }

    /** The means; NaN where nothing was added. */
    Scores scores(double scale) {
      double mae = absolute / count;
      double mase = scale == 0 ? Double.NaN : mae / scale;
      return new Scores(mae, Math.sqrt(squared / count), mase, relative / count);
    }
  }
}
