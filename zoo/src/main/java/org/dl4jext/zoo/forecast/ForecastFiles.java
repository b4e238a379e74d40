package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.plot.ForecastPlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.report.CsvLine;
import org.dl4jext.zoo.report.OutputFolder;
import org.dl4jext.zoo.report.Report;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Writes what a forecast leaves behind: all of the files, or none. */
public final class ForecastFiles {

  private ForecastFiles() {}

  /** The files that {@link #write} makes: model, metrics, forecast, plot and report. */
  public static Map<String, Path> names(Path folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("model", folder.resolve("model.zip"));
    files.put("metrics", folder.resolve("metrics.json"));
    files.put("forecast", folder.resolve("forecast.csv"));
    files.put("plot", folder.resolve("forecast.png"));
    files.put("report", folder.resolve("report.html"));
    return files;
  }

  /** Writes the files with a report of the plot alone. */
  public static Map<String, Path> write(ForecastResult result, Path folder) throws IOException {
    return write(result, new Report("Forecast"), folder);
  }

  /**
   * Writes the files.
   *
   * @param report gets the plot, and is written too
   */
  public static Map<String, Path> write(ForecastResult result, Report report, Path folder)
      throws IOException {
    Map<String, Path> files = names(folder);
    Plot plot = ForecastPlot.of(result);
    report.plot(plot);
    new OutputFolder(folder)
        .add(name(files, "model"), result.model()::save)
        .add(
            name(files, "metrics"),
            file ->
                new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(file.toFile(), ForecastJson.metrics(result, files)))
        .add(name(files, "forecast"), file -> Files.writeString(file, csv(result)))
        .add(name(files, "plot"), plot::write)
        .add(name(files, "report"), report::write)
        .write();
    return files;
  }

  private static String name(Map<String, Path> files, String key) {
    return files.get(key).getFileName().toString();
  }

  /** One line for each row ahead and target. */
  private static String csv(ForecastResult result) {
    TimeSeries series = result.series();
    List<String> header = List.of(series.time().name(), "target", "forecast", "lower", "upper");
    StringBuilder text = new StringBuilder(CsvLine.of(header));
    for (TargetReport target : result.targets()) {
      for (int lead = 0; lead < target.forecast().length; lead++) {
        text.append(
            CsvLine.of(
                List.of(
                    series.time().labelAfter(lead + 1),
                    target.name(),
                    target.forecast()[lead],
                    target.lower()[lead],
                    target.upper()[lead])));
      }
    }
    return text.toString();
  }
}
