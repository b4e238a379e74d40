package org.dl4jext.zoo.forecast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Half-widths of prediction intervals from the absolute errors of earlier forecasts with the same
 * lead: conformal prediction over time.
 *
 * <pre>
 *   width = the k-th smallest of the n errors known so far, k = min(n, ceil(q (n + 1)))
 *   q    += RATE (share of misses among the forecasts that this row settles - (1 - level))
 * </pre>
 *
 * <p>A width made at an origin knows only errors that could be known there. The quantile q starts
 * at the level, follows the misses (Gibbs and Candes 2021) and is one for all leads: the outcomes
 * of long leads come late, and a row settles a forecast of each lead.
 */
final class IntervalWidths {

  private static final double RATE = 0.05;

  private final double level;
  private final int horizon;
  private final List<List<Double>> errors = new ArrayList<>();
  private double quantile;

  IntervalWidths(double level, int horizon) {
    this.level = level;
    this.horizon = horizon;
    this.quantile = level;
    for (int lead = 0; lead < horizon; lead++) {
      errors.add(new ArrayList<>());
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
      settle(actual, observed, firstOrigin, i, forecasts, widths);
      widths[i] = current();
    }
    settle(actual, observed, firstOrigin, forecasts.length, forecasts, widths);
    return widths;
  }

  /** The row of an origin is the newest: it settles the forecasts made 1 to horizon rows before. */
  private void settle(
      double[] actual,
      boolean[] observed,
      int firstOrigin,
      int origin,
      double[][] forecasts,
      double[][] widths) {
    int row = firstOrigin + origin;
    if (row >= actual.length || !observed[row]) {
      return;
    }
    int made = 0;
    int missed = 0;
    for (int lead = 0; lead < Math.min(horizon, origin); lead++) {
      int i = origin - 1 - lead;
      double error = Math.abs(actual[row] - forecasts[i][lead]);
      if (!Double.isNaN(widths[i][lead])) {
        made++;
        missed += error > widths[i][lead] ? 1 : 0;
      }
      List<Double> sorted = errors.get(lead);
      int at = Collections.binarySearch(sorted, error);
      sorted.add(at < 0 ? -at - 1 : at, error);
    }
    if (made > 0) {
      double change = RATE * (missed / (double) made - (1 - level));
      quantile = Math.max(0.01, Math.min(0.999, quantile + change));
    }
  }

  /** The widths of forecasts made now; a lead without errors borrows those of the lead before. */
  double[] current() {
    double[] widths = new double[horizon];
    double last = Double.NaN;
    for (int lead = 0; lead < horizon; lead++) {
      List<Double> sorted = errors.get(lead);
      if (!sorted.isEmpty()) {
        int rank = (int) Math.ceil(quantile * (sorted.size() + 1));
        last = sorted.get(Math.max(0, Math.min(sorted.size(), rank) - 1));
      }
      widths[lead] = last;
    }
    return widths;
  }
}
