package org.dl4jext.zoo.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.datasets.TimeSeriesCsv;
import org.dl4jext.zoo.forecast.ForecastFiles;
import org.dl4jext.zoo.forecast.ForecastJson;
import org.dl4jext.zoo.forecast.ForecastOptions;
import org.dl4jext.zoo.forecast.ForecastResult;
import org.dl4jext.zoo.forecast.Forecaster;
import org.dl4jext.zoo.forecast.Forecasters;
import org.dl4jext.zoo.forecast.Scores;
import org.dl4jext.zoo.forecast.TargetReport;
import org.dl4jext.zoo.forecast.UnforecastableException;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recurrent forecast}: from a table to a model, its measured errors and a plot. */
@Command(
    name = "forecast",
    description = {
      "Trains a network on a time series in a CSV file and forecasts the rows after its end.",
      "Measures the network beside simple forecasts on rows that it has not seen."
    })
final class ForecastCommand extends Subcommand {

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "CSV with header.")
  private Path data;

  @Option(
      names = "--target",
      split = ",",
      paramLabel = "COL",
      description = "Columns to forecast. Default: the last numeric one.")
  private List<String> targets = List.of();

  @Option(
      names = "--covariates",
      split = ",",
      paramLabel = "COL",
      description = "Further columns to read; only their past is used.")
  private List<String> covariates = List.of();

  @Option(names = "--time", paramLabel = "COL", description = "Time column. Default: detected.")
  private String time;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "Between cells. Default: detected among comma, semicolon, tab, bar.")
  private Character delimiter;

  @Option(
      names = "--horizon",
      paramLabel = "ROWS",
      description = "Rows ahead. Default: one season, at most 52; 12 without a season.")
  private Integer horizon;

  @Option(
      names = "--context",
      paramLabel = "ROWS",
      description = "Rows that the network reads before it forecasts. Default: three seasons.")
  private Integer context;

  @Option(
      names = "--season",
      paramLabel = "ROWS",
      description = "Rows in a season, 1 for none. Default: by autocorrelation.")
  private Integer season;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      completionCandidates = LayerNames.class,
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private String layer = ForecastOptions.defaults().layer();

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Width of the layers. Default: ${DEFAULT-VALUE}.")
  private int width = ForecastOptions.defaults().width();

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Recurrent layers. Default: ${DEFAULT-VALUE}.")
  private int depth = ForecastOptions.defaults().depth();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Most epochs. Default: ${DEFAULT-VALUE}.")
  private int epochs = ForecastOptions.defaults().epochs();

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private long seed = ForecastOptions.defaults().seed();

  @Option(
      names = "--level",
      paramLabel = "X",
      description = "Share of outcomes in the intervals. Default: ${DEFAULT-VALUE}.")
  private double level = ForecastOptions.defaults().level();

  @Option(
      names = "--hybrid",
      description = "Train the network on the residuals of a linear autoregression.")
  private boolean hybrid;

  @Mixin private RunOutput output;

  private final Map<Forecasters, TrainingCurve> curves = new TreeMap<>();

  @Override
  public Integer call() throws Exception {
    ForecastOptions options = options();
    output.require();
    TimeSeries series =
        ForecastData.series(data, new TimeSeriesCsv.Columns(targets, covariates, time, delimiter));
    ForecastResult result = train(series, options);
    Map<String, Path> files = ForecastFiles.write(result, report(result), output.folder());
    if (json()) {
      printJson(ForecastJson.summary(result, files));
      result.notices().forEach(notice -> err().println("note: " + notice));
    } else {
      print(result, files);
    }
    return 0;
  }

  private ForecastOptions options() {
    requirePositive("--horizon", horizon);
    requirePositive("--context", context);
    requirePositive("--season", season);
    try {
      return new ForecastOptions(
          orZero(horizon),
          orZero(context),
          orZero(season),
          layer,
          width,
          depth,
          epochs,
          seed,
          hybrid,
          level);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static void requirePositive(String option, Integer value) {
    if (value != null && value < 1) {
      throw new UsageException(option + " is " + value + "; allowed: at least 1");
    }
  }

  private static int orZero(Integer value) {
    return value == null ? 0 : value;
  }

  private ForecastResult train(TimeSeries series, ForecastOptions options) {
    int runs = options.hybrid() ? 2 : 1;
    try (Progress progress = progress("training", (long) runs * options.epochs())) {
      return Forecaster.run(
          series,
          options,
          (who, epoch, most, error) -> {
            curves.computeIfAbsent(who, key -> new TrainingCurve()).add(epoch, error);
            int before = who == Forecasters.HYBRID ? most : 0;
            progress.at(
                before + epoch,
                String.format(Locale.ROOT, "%s, validation MASE %.3f", who.label(), error));
          });
    } catch (UnforecastableException e) {
      throw new UnusableContentException(data + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private Report report(ForecastResult result) {
    Report report = output.report("Forecast of " + data.getFileName());
    int rows = result.model().format().horizon();
    for (TargetReport target : result.targets()) {
      report.table(
          target.name() + ", " + rows + " rows ahead on the test part",
          table(target.horizonScores()).rows());
      report.table(
          target.name() + ", one row ahead on the test part", table(target.oneStepScores()).rows());
    }
    report.text("Notices", String.join("; ", result.notices()));
    List<LinePlot.Line> lines =
        curves.entrySet().stream()
            .map(curve -> curve.getValue().line(curve.getKey().label()))
            .toList();
    return report.plot(
        LinePlot.training("training", "epoch", "least MASE on the validation part", lines));
  }

  private void print(ForecastResult result, Map<String, Path> files) {
    PrintWriter print = out();
    int n = result.series().length();
    print.printf(
        Locale.ROOT,
        "%d rows: %d to train, %d to validate, %d to test; %s with %d parameters, %.0f s%n",
        n,
        result.trainRows(),
        result.testStart() - result.trainRows(),
        n - result.testStart(),
        result.model().format().layer(),
        result.parameters(),
        result.seconds());
    result.notices().forEach(notice -> print.println("note: " + notice));
    for (TargetReport target : result.targets()) {
      int rows = result.model().format().horizon();
      print.printf(Locale.ROOT, "%n%s, %d rows ahead on the test part%n", target.name(), rows);
      table(target.horizonScores()).print(print);
      print.printf(Locale.ROOT, "%n%s, one row ahead on the test part%n", target.name());
      table(target.oneStepScores()).print(print);
      print.printf(
          Locale.ROOT,
          "intervals for %.0f %% covered %.1f %% of the test part%n",
          100 * result.model().format().level(),
          100 * target.coverage());
    }
    print.println();
    RunOutput.print(files, print);
  }

  static Table table(Map<Forecasters, Scores> scores) {
    Table table = new Table("", "MAE", "RMSE", "MASE", "sMAPE %");
    scores.forEach(
        (who, s) ->
            table.row(
                who.label(),
                number(s.mae()),
                number(s.rmse()),
                number(s.mase()),
                String.format(Locale.ROOT, "%.2f", s.smape())));
    return table;
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return Math.abs(value) >= 1000
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }
}
