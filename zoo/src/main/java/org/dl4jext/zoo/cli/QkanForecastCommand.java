package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dl4jext.datasets.CsvException;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.datasets.TelecomCsv;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.qkan.QkanBenchmark;
import org.dl4jext.zoo.qkan.QkanSeries;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recurrent train qkan-forecast}: the table of the QKAN-LSTM benchmark. */
@Command(
    name = "qkan-forecast",
    description = {
      "Trains QKAN-LSTM, HQKAN-LSTM and LSTM to forecast a series one step ahead.",
      "Five seeds each; prints the median test error beside the last value and a linear model."
    })
final class QkanForecastCommand extends Subcommand {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SERIES",
      description =
          "shm, bessel, telecom (SYNTHETIC), or a file with the measured traffic of one cell as"
              + " timestamp,value (milliseconds).")
  private String data;

  @Mixin private RunOutput output;

  private final Map<String, TrainingCurve> curves = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    output.require();
    Optional<QkanSeries> series =
        Arrays.stream(QkanSeries.values()).filter(s -> s.name().equalsIgnoreCase(data)).findFirst();
    boolean synthetic = series.equals(Optional.of(QkanSeries.TELECOM));
    String name = series.map(QkanSeries::name).orElse(data);
    SeriesWindows windows = series.isPresent() ? series.get().windows() : measured(Path.of(data));
    List<QkanBenchmark.Row> rows;
    try (Progress progress = progress("qkan-forecast " + name, QkanBenchmark.runs())) {
      rows = QkanBenchmark.run(windows, listener(progress));
    }
    List<Map<String, Object>> entries = new ArrayList<>();
    Table table = new Table("model", "parameters", "median", "least", "largest");
    for (QkanBenchmark.Row row : rows) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("model", row.name());
      entry.put("parameters", row.parameters());
      entry.put("medianTestMse", row.median());
      entry.put("leastTestMse", row.least());
      entry.put("largestTestMse", row.largest());
      entries.add(entry);
      table.row(
          row.name(),
          row.parameters(),
          number(row.median()),
          number(row.least()),
          number(row.largest()));
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("data", name);
    tree.put("synthetic", synthetic);
    tree.put("rows", entries);
    String title = "One-step forecasts of " + name + (synthetic ? " (SYNTHETIC)" : "");
    List<LinePlot.Line> lines =
        curves.entrySet().stream().map(curve -> curve.getValue().line(curve.getKey())).toList();
    Plot training = LinePlot.training(title, "epoch", "training loss, mean of the seeds", lines);
    Map<String, Path> files = output.write(title, null, tree, table, Map.of("training", training));
    if (json()) {
      tree.put("files", RunOutput.names(files));
      printJson(tree);
      return 0;
    }
    out()
        .printf(
            Locale.ROOT,
            "%s%s: %d examples train, %d test; test MSE on the scale [-1,1], median of %d seeds%n",
            name,
            synthetic ? " (SYNTHETIC)" : "",
            windows.trainSize(),
            windows.size() - windows.trainSize(),
            QkanBenchmark.SEEDS.size());
    table.print(out());
    RunOutput.print(files, out());
    return 0;
  }

  private QkanBenchmark.Listener listener(Progress progress) {
    return new QkanBenchmark.Listener() {
      @Override
      public void epoch(String model, int epoch, double loss) {
        curves.computeIfAbsent(model, name -> new TrainingCurve()).add(epoch, loss);
      }

      @Override
      public void done(int runs, String model) {
        progress.at(runs, model);
      }
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }

  private static SeriesWindows measured(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          "--data is " + file + "; allowed: shm, bessel, telecom, or an existing file");
    }
    try {
      return new SeriesWindows(TelecomCsv.read(file), QkanSeries.WINDOW, QkanSeries.TRAIN_SHARE);
    } catch (CsvException e) {
      throw new UnusableContentException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UnusableContentException(file + ": " + e.getMessage(), e);
    }
  }
}
