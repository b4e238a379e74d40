package org.dl4jext.zoo.forecast;

import java.util.Map;

/**
 * What came out for one target.
 *
 * @param name the column
 * @param horizonScores errors over the whole horizon on the test part, by forecaster; the model
 *     comes first
 * @param oneStepScores errors one row ahead on the test part
 * @param coverage share of the outcomes on the test part that lay in their interval
 * @param backtest forecasts of the test part, row by row: from an origin, over the horizon, then
 *     from the next origin
 * @param forecast the rows after the end
 * @param lower lower ends of their intervals
 * @param upper upper ends of their intervals
 */
public record TargetReport(
    String name,
    Map<Forecasters, Scores> horizonScores,
    Map<Forecasters, Scores> oneStepScores,
    double coverage,
    double[] backtest,
    double[] forecast,
    double[] lower,
    double[] upper) {

  /** The error that forecasts are compared by. */
  public double mase(Forecasters forecaster) {
    return horizonScores.get(forecaster).mase();
  }
}
