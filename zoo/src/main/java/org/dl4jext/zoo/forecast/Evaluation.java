package org.dl4jext.zoo.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;

/**
 * Errors of a saved model on a series.
 *
 * @param kind who the model is
 * @param targets what came out for each target
 * @param firstTime time of the first row that counts
 * @param rows number of rows that count
 */
public record Evaluation(Forecasters kind, List<Target> targets, String firstTime, int rows) {

  /**
   * What came out for one target.
   *
   * @param name the column
   * @param horizonScores errors over the model's horizon, by forecaster
   * @param oneStepScores errors one row ahead, by forecaster
   * @param coverage share of outcomes in the model's intervals
   */
  public record Target(
      String name,
      Map<Forecasters, Scores> horizonScores,
      Map<Forecasters, Scores> oneStepScores,
      double coverage) {}

  /**
   * Forecasts from every row that has the model's context before it; rows up to those that chose
   * the model do not count where the series holds them.
   *
   * @throws UnforecastableException where there are too few rows
   */
  public static Evaluation of(ForecastModel model, TimeSeries series) {
    ForecastFormat format = model.format();
    NetworkForecaster forecaster =
        new NetworkForecaster(model.network(), format.codecs(), format.context());
    int start = forecaster.firstOrigin() + 1;
    for (int row = 0; row < series.length(); row++) {
      if (series.time().label(row).equals(format.testTime())) {
        start = Math.max(start, row);
      }
    }
    int needed = Math.max(start, format.season()) + format.horizon();
    if (series.length() < needed) {
      throw new UnforecastableException(
          series.length() + " rows; this model can be measured from " + needed + " rows on");
    }
    Backtest backtest = new Backtest(forecaster, format, series, start - 1);
    boolean hybrid = format.codecs().get(0).hybrid();
    Forecasters kind = hybrid ? Forecasters.HYBRID : Forecasters.NETWORK;
    List<Target> targets = new ArrayList<>();
    for (int c = 0; c < format.targets().size(); c++) {
      double[][] widths = new double[backtest.forecasts(c).length][];
      Arrays.fill(widths, format.widths()[c]);
      targets.add(
          new Target(
              format.targets().get(c),
              backtest.scores(c, start, format.horizon(), kind),
              backtest.scores(c, start, 1, kind),
              backtest.coverage(c, start, widths)));
    }
    return new Evaluation(
        kind, List.copyOf(targets), series.time().label(start), series.length() - start);
  }
}
