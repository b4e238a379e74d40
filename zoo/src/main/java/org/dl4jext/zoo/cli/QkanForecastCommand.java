package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.datasets.CsvException;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.datasets.TelecomCsv;
import org.dl4jext.zoo.qkan.QkanBenchmark;
import org.dl4jext.zoo.qkan.QkanSeries;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train qkan-forecast}: the table of the QKAN-LSTM benchmark. */
@Command(
    name = "qkan-forecast",
    description = {
      "Trains QKAN-LSTM, HQKAN-LSTM and LSTM with five seeds each to forecast a series one step",
      "ahead, and prints the median test error beside the last value and a linear model."
    })
final class QkanForecastCommand extends Subcommand {

  @Option(
      names = "--data",
      required = true,
      description = "${COMPLETION-CANDIDATES}; TELECOM is synthetic unless --file is given.")
  private QkanSeries data;

  @Option(
      names = "--file",
      paramLabel = "CSV",
      description = "Measured traffic of one cell as timestamp,value (milliseconds).")
  private Path file;

  @Override
  public Integer call() throws Exception {
    SeriesWindows windows = windows();
    List<QkanBenchmark.Row> rows;
    try (Progress progress = progress("qkan-forecast " + data, QkanBenchmark.runs())) {
      rows = QkanBenchmark.run(windows, progress::at);
    }
    if (json()) {
      List<Map<String, Object>> tree = new ArrayList<>();
      for (QkanBenchmark.Row row : rows) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("model", row.name());
        entry.put("parameters", row.parameters());
        entry.put("medianTestMse", row.median());
        entry.put("leastTestMse", row.least());
        entry.put("largestTestMse", row.largest());
        tree.add(entry);
      }
      printJson(Map.of("data", data.name(), "synthetic", synthetic(), "rows", tree));
      return 0;
    }
    out()
        .printf(
            Locale.ROOT,
            "%s%s: %d examples train, %d test; test MSE on the scale [-1,1], median of %d seeds%n",
            data,
            synthetic() ? " (SYNTHETIC)" : "",
            windows.trainSize(),
            windows.size() - windows.trainSize(),
            QkanBenchmark.SEEDS.size());
    Table table = new Table("model", "parameters", "median", "least", "largest");
    for (QkanBenchmark.Row row : rows) {
      table.row(
          row.name(),
          row.parameters(),
          number(row.median()),
          number(row.least()),
          number(row.largest()));
    }
    table.print(out());
    return 0;
  }

  private boolean synthetic() {
    return data == QkanSeries.TELECOM && file == null;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }

  private SeriesWindows windows() throws IOException {
    if (file == null) {
      return data.windows();
    }
    if (data != QkanSeries.TELECOM) {
      throw new UsageException("--file is " + file + "; allowed with --data telecom only");
    }
    ForecastData.requireFile(file);
    try {
      return new SeriesWindows(TelecomCsv.read(file), QkanSeries.WINDOW, QkanSeries.TRAIN_SHARE);
    } catch (CsvException e) {
      throw new UnusableContentException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UnusableContentException(file + ": " + e.getMessage(), e);
    }
  }
}
