package org.dl4jext.zoo.forecast;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dl4jext.datasets.TimeSeries;

/**
 * Forecasts from every origin of a part of a series. An origin is the last row a forecast may know;
 * all of it is computed from rows up to the origin.
 */
final class Backtest {

  private final TimeSeries series;
  private final ForecastFormat format;
  private final int firstOrigin;
  private final double[][][] forecasts;

  /**
   * Forecasts from {@code firstOrigin} to the last row but one.
   *
   * @param firstOrigin a later one is taken where there is no whole context before it
   */
  Backtest(NetworkForecaster network, ForecastFormat format, TimeSeries series, int firstOrigin) {
    this.series = series;
    this.format = format;
    this.firstOrigin = Math.max(firstOrigin, network.firstOrigin());
    int[] origins = IntStream.range(this.firstOrigin, series.length() - 1).toArray();
    this.forecasts = network.forecast(series.values(), origins, format.horizon());
  }

  int firstOrigin() {
    return firstOrigin;
  }

  /** [origin][lead] of a column. */
  double[][] forecasts(int column) {
    return forecasts[column];
  }

  /**
   * Errors of the model and the baselines on the rows from {@code start}.
   *
   * @param horizon rows ahead; only origins with that many rows after them count
   */
  Map<Forecasters, Scores> scores(int column, int start, int horizon, Forecasters model) {
    double[] x = series.values()[column];
    boolean[] observed = series.observed()[column];
    ColumnCodec codec = format.codecs().get(column);
    Map<Forecasters, Scores.Sum> sums = new TreeMap<>();
    for (int origin = Math.max(firstOrigin, start - 1); origin + horizon < x.length; origin++) {
      add(sums, model, x, observed, origin, horizon, forecasts[column][origin - firstOrigin]);
      add(
          sums,
          Forecasters.LAST_VALUE,
          x,
          observed,
          origin,
          horizon,
          Baselines.lastValue(x, origin, horizon));
      add(
          sums,
          Forecasters.SEASONAL_NAIVE,
          x,
          observed,
          origin,
          horizon,
          Baselines.seasonalNaive(x, origin, horizon, format.season()));
      add(
          sums,
          Forecasters.AUTOREGRESSION,
          x,
          observed,
          origin,
          horizon,
          Baselines.regression(codec, x, origin, horizon));
    }
    Map<Forecasters, Scores> scores = new TreeMap<>();
    sums.forEach((who, sum) -> scores.put(who, sum.scores(format.scales()[column])));
    return scores;
  }

  private static void add(
      Map<Forecasters, Scores.Sum> sums,
      Forecasters who,
      double[] x,
      boolean[] observed,
      int origin,
      int horizon,
      double[] forecast) {
    Scores.Sum sum = sums.computeIfAbsent(who, k -> new Scores.Sum());
    for (int lead = 0; lead < horizon; lead++) {
      if (observed[origin + 1 + lead]) {
        sum.add(x[origin + 1 + lead], forecast[lead]);
      }
    }
  }

  /**
   * Share of the observed rows from {@code start} that lay within the widths of their forecasts.
   */
  double coverage(int column, int start, double[][] widths) {
    double[] x = series.values()[column];
    int inside = 0;
    int count = 0;
    for (int origin = Math.max(firstOrigin, start - 1); origin < x.length - 1; origin++) {
      int i = origin - firstOrigin;
      for (int lead = 0; lead < format.horizon() && origin + 1 + lead < x.length; lead++) {
        int t = origin + 1 + lead;
        if (series.observed()[column][t] && !Double.isNaN(widths[i][lead])) {
          inside += Math.abs(x[t] - forecasts[column][i][lead]) <= widths[i][lead] ? 1 : 0;
          count++;
        }
      }
    }
    return count == 0 ? Double.NaN : inside / (double) count;
  }

  /** Forecasts of the rows from {@code start}, a whole horizon from one origin, then the next. */
  double[] stitched(int column, int start) {
    double[] rows = new double[series.length() - start];
    for (int t = start; t < series.length(); t++) {
      int lead = (t - start) % format.horizon();
      rows[t - start] = forecasts[column][t - lead - 1 - firstOrigin][lead];
    }
    return rows;
  }
}
