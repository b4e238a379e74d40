package org.dl4jext.zoo.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.TimeSeries;

/**
 * Trains a network on a series, measures it on the part that it has not seen, and forecasts the
 * rows after the end.
 *
 * <p>The split is chronological. Scale, season and differences come from the training part, early
 * stopping from the validation part, all reported errors from the test part.
 */
public final class Forecaster {

  /** Coverage further than this from the level is told. */
  private static final double COVERAGE_TOLERANCE = 0.05;

  private final TimeSeries series;
  private final ForecastOptions options;
  private final Listener listener;
  private final List<String> notices = new ArrayList<>();
  private int lastEpoch;

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /**
     * After each epoch.
     *
     * @param who what is being trained
     * @param error mean absolute scaled error over the horizon on the validation part, best so far
     */
    void epoch(Forecasters who, int epoch, int epochs, double error);
  }

  private Forecaster(TimeSeries series, ForecastOptions options, Listener listener) {
    this.series = series;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Runs all of it. With {@code hybrid}, the plain network is trained and measured too, and the
   * model is the hybrid.
   *
   * @throws UnforecastableException where the values allow no forecast
   * @throws IllegalArgumentException where an option does not fit the series
   */
  public static ForecastResult run(TimeSeries series, ForecastOptions options, Listener listener) {
    return new Forecaster(series, options, listener).run();
  }

  /** The zoo model that {@link #run} trains for a series, without parameters. */
  public static ForecastNetwork model(TimeSeries series, ForecastOptions options) {
    return new ForecastTrainer(series, ForecastPlan.of(series, options), options).model();
  }

  private ForecastResult run() {
    long start = System.nanoTime();
    ForecastPlan plan = ForecastPlan.of(series, options);
    notices.addAll(series.notices());
    notices.addAll(plan.notices());
    List<TargetReport> plain = null;
    if (options.hybrid()) {
      ForecastOptions bare = options.withHybrid(false);
      ForecastPlan barePlan = ForecastPlan.of(series, bare);
      plain = report(train(barePlan, bare), barePlan, Forecasters.NETWORK).targets;
    }
    Forecasters kind = options.hybrid() ? Forecasters.HYBRID : Forecasters.NETWORK;
    MultiLayerNetwork network = train(plan, options);
    int epochs = lastEpoch;
    Report report = report(network, plan, kind);
    List<TargetReport> targets = plain == null ? report.targets : merged(report.targets, plain);
    conclude(targets, kind);
    return new ForecastResult(
        series,
        new ForecastModel(network, report.format),
        targets,
        plan.trainRows(),
        plan.testStart(),
        network.numParams(),
        epochs,
        List.copyOf(notices),
        (System.nanoTime() - start) / 1e9);
  }

  private MultiLayerNetwork train(ForecastPlan plan, ForecastOptions with) {
    Forecasters who = with.hybrid() ? Forecasters.HYBRID : Forecasters.NETWORK;
    ForecastTrainer trainer = new ForecastTrainer(series, plan, with);
    MultiLayerNetwork network =
        trainer.train(
            (epoch, epochs, error) -> {
              lastEpoch = epoch;
              listener.epoch(who, epoch, epochs, error);
            });
    if (with.hybrid()) {
      notices.add(told(HybridCorrection.choose(trainer, network)));
    }
    return network;
  }

  private static String told(double share) {
    if (share == 0) {
      return "hybrid: no correction helps on the validation part by more than its standard error;"
          + " the hybrid is the autoregression alone";
    }
    return "hybrid: the autoregression with "
        + (share == 1 ? "the whole" : "half of the")
        + " correction by the network, as the validation part chose";
  }

  private record Report(ForecastFormat format, List<TargetReport> targets) {}

  private Report report(MultiLayerNetwork network, ForecastPlan plan, Forecasters kind) {
    NetworkForecaster forecaster = new NetworkForecaster(network, plan.codecs(), plan.context());
    double[][] noWidths = new double[series.targets().size()][plan.horizon()];
    ForecastFormat format = format(plan, noWidths);
    Backtest backtest = new Backtest(forecaster, format, series, plan.trainRows() - 1);
    double[][][] future =
        forecaster.forecast(series.values(), new int[] {series.length() - 1}, plan.horizon());
    List<TargetReport> targets = new ArrayList<>();
    double[][] widths = new double[series.targets().size()][];
    for (int c = 0; c < widths.length; c++) {
      IntervalWidths intervals = new IntervalWidths(options.level(), plan.horizon());
      double[][] made =
          intervals.run(
              series.values()[c],
              series.observed()[c],
              backtest.firstOrigin(),
              backtest.forecasts(c));
      widths[c] = intervals.current();
      targets.add(
          new TargetReport(
              series.targets().get(c),
              backtest.scores(c, plan.testStart(), plan.horizon(), kind),
              backtest.scores(c, plan.testStart(), 1, kind),
              backtest.coverage(c, plan.testStart(), made),
              backtest.stitched(c, plan.testStart()),
              future[c][0],
              lower(plan.codecs().get(c), future[c][0], widths[c]),
              upper(future[c][0], widths[c])));
    }
    return new Report(format(plan, widths), targets);
  }

  private static double[] lower(ColumnCodec codec, double[] forecast, double[] width) {
    double[] lower = new double[forecast.length];
    for (int lead = 0; lead < lower.length; lead++) {
      lower[lead] = codec.lower(forecast[lead], width[lead]);
    }
    return lower;
  }

  private static double[] upper(double[] forecast, double[] width) {
    double[] upper = new double[forecast.length];
    for (int lead = 0; lead < upper.length; lead++) {
      upper[lead] = forecast[lead] + width[lead];
    }
    return upper;
  }

  private ForecastFormat format(ForecastPlan plan, double[][] widths) {
    int rows = plan.memory() + plan.context();
    double[][] last = new double[series.columns()][];
    for (int c = 0; c < last.length; c++) {
      last[c] = Arrays.copyOfRange(series.values()[c], series.length() - rows, series.length());
    }
    return new ForecastFormat(
        ForecastFormat.VERSION,
        options.layer(),
        series.targets(),
        series.covariates(),
        series.time().name(),
        plan.season(),
        plan.horizon(),
        plan.context(),
        options.level(),
        plan.codecs(),
        plan.scales(),
        widths,
        series.time().label(plan.testStart()),
        series.time().label(series.length() - 1),
        last);
  }

  /** Reports of the hybrid with the plain network's scores beside. */
  private static List<TargetReport> merged(List<TargetReport> hybrid, List<TargetReport> plain) {
    List<TargetReport> merged = new ArrayList<>();
    for (int c = 0; c < hybrid.size(); c++) {
      TargetReport report = hybrid.get(c);
      Map<Forecasters, Scores> horizon = new TreeMap<>(plain.get(c).horizonScores());
      Map<Forecasters, Scores> oneStep = new TreeMap<>(plain.get(c).oneStepScores());
      horizon.putAll(report.horizonScores());
      oneStep.putAll(report.oneStepScores());
      merged.add(
          new TargetReport(
              report.name(),
              horizon,
              oneStep,
              report.coverage(),
              report.backtest(),
              report.forecast(),
              report.lower(),
              report.upper()));
    }
    return merged;
  }

  private void conclude(List<TargetReport> targets, Forecasters kind) {
    for (TargetReport target : targets) {
      double model = target.mase(kind);
      double regression = target.mase(Forecasters.AUTOREGRESSION);
      if (regression < model) {
        notices.add(
            String.format(
                Locale.ROOT,
                "'%s': the linear autoregression has the lower MASE (%.3f against %.3f)%s",
                target.name(),
                regression,
                model,
                kind == Forecasters.NETWORK
                    ? "; --hybrid trains the network on its residuals"
                    : ""));
      }
      if (Math.abs(target.coverage() - options.level()) > COVERAGE_TOLERANCE) {
        notices.add(
            String.format(
                Locale.ROOT,
                "'%s': the intervals for %.0f %% covered %.1f %% of the test part, more than 5 points"
                    + " off: do not rely on them",
                target.name(),
                100 * options.level(),
                100 * target.coverage()));
      }
    }
  }
}
