package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
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
    Map<Path, Path> moves = new LinkedHashMap<>();
    boolean done = false;
    try {
      for (Path file : files.values()) {
        moves.put(Files.createTempFile(folder, ".", file.getFileName().toString()), file);
      }
      Path[] temporary = moves.keySet().toArray(Path[]::new);
      result.model().save(temporary[0]);
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(temporary[1].toFile(), ForecastJson.metrics(result, files));
      Files.writeString(temporary[2], csv(result));
      ForecastPlot.write(result, temporary[3]);
      for (Map.Entry<Path, Path> move : moves.entrySet()) {
        makeReadable(move.getKey());
        Files.move(move.getKey(), move.getValue(), StandardCopyOption.REPLACE_EXISTING);
      }
      done = true;
    } finally {
      for (Path temporary : moves.keySet()) {
        Files.deleteIfExists(temporary);
      }
      if (!done && !existed) {
        Files.deleteIfExists(folder);
      }
    }
    return files;
  }

  /** Temporary files are made for their owner only. */
  private static void makeReadable(Path file) {
    if (!file.toFile().setReadable(true, false)) {
      throw new IllegalStateException("cannot set the permissions of " + file);
    }
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
