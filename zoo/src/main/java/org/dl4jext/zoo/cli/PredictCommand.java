package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.files.WholeFiles;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.forecast.UnforecastableException;
import org.dl4jext.zoo.report.CsvLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recurrent predict}: forecasts the rows after the end of a table with a saved model. */
@Command(
    name = "predict",
    description = {
      "Forecasts the rows after the end of a CSV file with a model of 'recurrent forecast'.",
      "Prints lines of time, target, forecast, lower and upper end of the interval."
    })
final class PredictCommand extends Subcommand {

  @Mixin private ModelArgument argument;

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "CSV with header.")
  private Path data;

  @Option(
      names = "--horizon",
      paramLabel = "ROWS",
      description = "Rows ahead. Default: that of the model.")
  private Integer horizon;

  @Option(names = "--out", paramLabel = "FILE", description = "Write there, not to stdout.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (horizon != null && (horizon < 1 || horizon > 10_000)) {
      throw new UsageException("--horizon is " + horizon + "; allowed: 1 to 10000");
    }
    ForecastModel model = ForecastData.model(argument.file(this));
    TimeSeries series = ForecastData.series(data, model);
    int rows = horizon == null ? model.format().horizon() : horizon;
    double[][] forecasts;
    try {
      forecasts = model.forecast(series, rows);
    } catch (UnforecastableException e) {
      throw new UnusableContentException(data + ": " + e.getMessage(), e);
    }
    series.notices().forEach(notice -> err().println("note: " + notice));
    List<Map<String, Object>> lines = lines(model, series, forecasts);
    if (out != null) {
      write(csv(lines));
    } else if (!json()) {
      out().print(csv(lines));
    }
    if (json()) {
      printJson(byTarget(lines));
    }
    return 0;
  }

  private static List<Map<String, Object>> lines(
      ForecastModel model, TimeSeries series, double[][] forecasts) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (int c = 0; c < forecasts.length; c++) {
      for (int lead = 0; lead < forecasts[c].length; lead++) {
        double forecast = forecasts[c][lead];
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", series.time().labelAfter(lead + 1));
        line.put("target", series.targets().get(c));
        line.put("forecast", forecast);
        line.put("lower", model.lower(c, lead, forecast));
        line.put("upper", forecast + model.width(c, lead));
        lines.add(line);
      }
    }
    return lines;
  }

  private static String csv(List<Map<String, Object>> lines) {
    StringBuilder text = new StringBuilder(CsvLine.of(List.copyOf(lines.get(0).keySet())));
    lines.forEach(line -> text.append(CsvLine.of(List.copyOf(line.values()))));
    return text.toString();
  }

  private static Map<String, Object> byTarget(List<Map<String, Object>> lines) {
    Map<String, List<Map<String, Object>>> targets = new LinkedHashMap<>();
    for (Map<String, Object> line : lines) {
      String target = (String) line.remove("target");
      targets.computeIfAbsent(target, name -> new ArrayList<>()).add(line);
    }
    return Map.of("targets", targets);
  }

  private void write(String text) throws IOException {
    Path target = out.toAbsolutePath();
    Path folder = target.getParent();
    if (Files.isDirectory(target) || !Files.isDirectory(folder)) {
      throw new UsageException("--out is " + out + "; needed: a file in an existing directory");
    }
    try (WholeFiles whole = new WholeFiles()) {
      Files.writeString(whole.temporaryFor(target), text);
      whole.publish();
    }
  }
}
