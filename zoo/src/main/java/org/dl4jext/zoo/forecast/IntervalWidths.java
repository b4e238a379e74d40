package org.dl4jext.zoo.forecast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Half-widths of prediction intervals from the absolute errors of earlier forecasts with the same
 * lead: conformal prediction over time. A width made at an origin knows only errors that could be
 * known there. The quantile follows the misses so far (Gibbs and Candes 2021), so that the coverage
 * stays near its level where errors grow or shrink.
 */
final class IntervalWidths {

  private static final double RATE = 0.02;

  private final double level;
  private final int horizon;
  private final List<List<Double>> errors = new ArrayList<>();
  private final double[] quantile;

  IntervalWidths(double level, int horizon) {
    this.level = level;
    this.horizon = horizon;
    this.quantile = new double[horizon];
    for (int lead = 0; lead < horizon; lead++) {
      errors.add(new ArrayList<>());
      quantile[lead] = level;
    }
  }

  /**
   * Runs through the origins in the order of time and returns the widths made at each of them.
   *
   * @param actual values of all rows
   * @param observed whether a row has a value
   * @param firstOrigin first origin; forecasts[i] was made at firstOrigin + i
   * @param forecasts [origin][lead]
   * @return [origin][lead]
   */
  double[][] run(double[] actual, boolean[] observed, int firstOrigin, double[][] forecasts) {
    double[][] widths = new double[forecasts.length][];
    for (int i = 0; i < forecasts.length; i++) {
      for (int lead = 0; lead < horizon; lead++) {
        // The row of this origin is the newest: it settles the forecast made lead + 1 rows before.
        settle(actual, observed, firstOrigin + i, i - 1 - lead, lead, forecasts, widths);
      }
      widths[i] = current();
    }
    for (int lead = 0; lead < horizon; lead++) {
      settle(
          actual,
          observed,
          firstOrigin + forecasts.length,
          forecasts.length - 1 - lead,
          lead,
          forecasts,
          widths);
    }
    return widths;
  }

  private void settle(
      double[] actual,
      boolean[] observed,
      int row,
      int i,
      int lead,
      double[][] forecasts,
      double[][] widths) {
    if (i < 0 || row >= actual.length || !observed[row]) {
      return;
    }
    double error = Math.abs(actual[row] - forecasts[i][lead]);
    if (!Double.isNaN(widths[i][lead])) {
      double miss = error > widths[i][lead] ? 1 : 0;
      quantile[lead] = Math.max(0.01, Math.min(0.999, quantile[lead] + RATE * (miss - 1 + level)));
    }
    List<Double> sorted = errors.get(lead);
    int at = Collections.binarySearch(sorted, error);
    sorted.add(at < 0 ? -at - 1 : at, error);
  }

  /** The widths of forecasts made now; a lead without errors borrows those of the lead before. */
  double[] current() {
    double[] widths = new double[horizon];
    double last = Double.NaN;
    for (int lead = 0; lead < horizon; lead++) {
      List<Double> sorted = errors.get(lead);
      if (!sorted.isEmpty()) {
        int rank = (int) Math.ceil(quantile[lead] * (sorted.size() + 1));
        last = sorted.get(Math.max(0, Math.min(sorted.size(), rank) - 1));
      }
      widths[lead] = last;
    }
    return widths;
  }
}
