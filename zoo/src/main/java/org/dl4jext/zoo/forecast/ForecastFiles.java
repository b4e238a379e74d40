package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.files.WholeFiles;
import org.dl4jext.zoo.plot.ForecastPlot;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Writes what a forecast leaves behind: all of the files, or none. */
public final class ForecastFiles {

  private ForecastFiles() {}

  /** The files that {@link #write} makes: model, metrics, forecast and plot. */
  public static Map<String, Path> names(Path folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("model", folder.resolve("model.zip"));
    files.put("metrics", folder.resolve("metrics.json"));
    files.put("forecast", folder.resolve("forecast.csv"));
    files.put("plot", folder.resolve("forecast.png"));
    return files;
  }

  /** Writes each file under a temporary name and moves them when all are there. */
  public static Map<String, Path> write(ForecastResult result, Path folder) throws IOException {
    boolean existed = Files.isDirectory(folder);
    Files.createDirectories(folder);
    Map<String, Path> files = names(folder);
    boolean done = false;
    try (WholeFiles whole = new WholeFiles()) {
      result.model().save(whole.temporaryFor(files.get("model")));
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(
              whole.temporaryFor(files.get("metrics")).toFile(),
              ForecastJson.metrics(result, files));
      Files.writeString(whole.temporaryFor(files.get("forecast")), csv(result));
      ForecastPlot.write(result, whole.temporaryFor(files.get("plot")));
      whole.publish();
      done = true;
    } finally {
      if (!done && !existed) {
        Files.deleteIfExists(folder);
      }
    }
    return files;
  }

  /** One line for each row ahead and target. */
  private static String csv(ForecastResult result) {
    TimeSeries series = result.series();
    StringBuilder text = new StringBuilder();
    text.append(quoted(series.time().name())).append(",target,forecast,lower,upper\n");
    for (TargetReport target : result.targets()) {
      for (int lead = 0; lead < target.forecast().length; lead++) {
        text.append(quoted(series.time().labelAfter(lead + 1)))
            .append(',')
            .append(quoted(target.name()))
            .append(',')
            .append(target.forecast()[lead])
            .append(',')
            .append(target.lower()[lead])
            .append(',')
            .append(target.upper()[lead])
            .append('\n');
      }
    }
    return text.toString();
  }

  static String quoted(String cell) {
    return cell.matches("[^,\"\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
