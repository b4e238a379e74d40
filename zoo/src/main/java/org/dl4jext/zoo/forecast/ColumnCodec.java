package org.dl4jext.zoo.forecast;

/**
 * How one column becomes what the network reads and predicts, and back. All of it looks backwards
 * only.
 *
 * <pre>
 *   v_t = x_t - x_{t-L} - (x_{t-1} - x_{t-1-L})        L the seasonal lag; both differences optional
 *   z_t = (v_t - mean) / deviation
 *   z_{t+1} = base_t + residualScale * network output
 *   base_t = autoregression of z, or z_t, or 0
 * </pre>
 *
 * @param seasonalLag L of the seasonal difference, 0 for none
 * @param differenced whether the first difference is taken
 * @param season rows in a season; above 1, the network also reads z one season before z_{t+1}
 * @param mean of v in the training part
 * @param deviation of v in the training part
 * @param low smallest z that is predicted
 * @param high largest z that is predicted
 * @param fromLast whether the base is z_t; else 0
 * @param regression intercept and coefficients of z_t, z_{t-1}, ..; used as base when {@code
 *     hybrid}
 * @param hybrid whether the network predicts the residual of the regression
 * @param nonNegative whether no value of the training part is below 0; then no forecast is
 * @param residualScale deviation of z_{t+1} - base_t in the training part
 */
public record ColumnCodec(
    int seasonalLag,
    boolean differenced,
    int season,
    double mean,
    double deviation,
    double low,
    double high,
    boolean fromLast,
    double[] regression,
    boolean hybrid,
    boolean nonNegative,
    double residualScale) {

  /** z_{t+1} is fed to the network as z_t and this many values before it. */
  private static final int LAGS = 8;

  /** Numbers that {@link #encode} writes. */
  public int features() {
    return 1 + LAGS + (season > 1 ? 2 : 0) + (hybrid ? 1 : 0);
  }

  /** Rows before row t that row t's features need. */
  public int memory() {
    int lag = Math.max(season > 1 ? season - 1 : 0, LAGS);
    int order = regression.length - 1;
    return seasonalLag + (differenced ? 1 : 0) + Math.max(lag, Math.max(0, order - 1));
  }

  /** z_t of the raw values x. */
  public double standardised(double[] x, int t) {
    return (difference(x, t) - mean) / deviation;
  }

  double difference(double[] x, int t) {
    double v = x[t];
    if (seasonalLag > 0) {
      v -= x[t - seasonalLag];
    }
    if (differenced) {
      v -= x[t - 1] - (seasonalLag > 0 ? x[t - 1 - seasonalLag] : 0);
    }
    return v;
  }

  /** Writes the features of row t to {@code features[from..]}. */
  public void encode(double[] x, int t, double[] features, int from) {
    int at = from;
    for (int lag = 0; lag <= LAGS; lag++) {
      features[at++] = standardised(x, t - lag);
    }
    if (season > 1) {
      features[at++] = standardised(x, t + 1 - season);
      features[at++] = standardised(x, t + 2 - season);
    }
    if (hybrid) {
      features[at] = regressed(x, t);
    }
  }

  /** The autoregression's z_{t+1}. */
  public double regressed(double[] x, int t) {
    double sum = regression[0];
    for (int lag = 0; lag < regression.length - 1; lag++) {
      sum += regression[lag + 1] * standardised(x, t - lag);
    }
    return sum;
  }

  private double base(double[] x, int t) {
    if (hybrid) {
      return regressed(x, t);
    }
    return fromLast ? standardised(x, t) : 0;
  }

  /** What the network should put out at row t, given row t + 1. */
  public double label(double[] x, int t) {
    return (standardised(x, t + 1) - base(x, t)) / residualScale;
  }

  /** The raw value of row t + 1 that a network output at row t stands for. */
  public double decode(double[] x, int t, double output) {
    return restore(x, t, base(x, t) + residualScale * output);
  }

  /** The autoregression's raw value of row t + 1. */
  public double regressionForecast(double[] x, int t) {
    return restore(x, t, regressed(x, t));
  }

  private double restore(double[] x, int t, double z) {
    double v = Math.max(low, Math.min(high, z)) * deviation + mean;
    if (differenced) {
      v += x[t] - (seasonalLag > 0 ? x[t - seasonalLag] : 0);
    }
    if (seasonalLag > 0) {
      v += x[t + 1 - seasonalLag];
    }
    return nonNegative ? Math.max(0, v) : v;
  }

  /** Lower end of an interval. */
  double lower(double forecast, double width) {
    return nonNegative ? Math.max(0, forecast - width) : forecast - width;
  }

  ColumnCodec asHybrid(double scale) {
    return copy(true, scale);
  }

  ColumnCodec withResidualScale(double scale) {
    return copy(hybrid, scale);
  }

  private ColumnCodec copy(boolean asHybrid, double scale) {
    return new ColumnCodec(
        seasonalLag,
        differenced,
        season,
        mean,
        deviation,
        low,
        high,
        fromLast,
        regression,
        asHybrid,
        nonNegative,
        scale);
  }
}
