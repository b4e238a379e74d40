package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.shipped.ShippedModel;
import org.dl4jext.zoo.shipped.ShippedModels;
import org.dl4jext.zoo.shipped.ZooTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code recurrent train-zoo}: the models of the jar. */
@Command(
    name = "train-zoo",
    description = {
      "Trains the models that are shipped with the library and writes them with their manifest.",
      "Each has its own seed and is measured on fresh data.",
      "With OMP_NUM_THREADS=1 the same machine writes the same bytes again."
    })
final class TrainZooCommand extends Subcommand {

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Models. Default: all of them.")
  private List<String> names = List.of();

  @Mixin private RunOutput output;

  @Override
  public Integer call() throws IOException {
    output.require();
    List<ShippedModel> models;
    try {
      models =
          names.isEmpty() ? ShippedModels.all() : names.stream().map(ShippedModels::of).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    Path folder = Files.createDirectories(output.folder());
    ZooTraining training = new ZooTraining(folder, Machine.versions());
    Map<String, Plot> plots = new LinkedHashMap<>();
    List<Map<String, Object>> tree = new ArrayList<>();
    Table table = new Table("model", "metric", "value", "parameters", "bytes", "seconds");
    for (ShippedModel model : models) {
      long start = System.nanoTime();
      TrainingCurve curve = new TrainingCurve();
      ZooTraining.Result result;
      try (Progress progress = progress(model.name(), 0)) {
        result =
            training.train(
                model,
                (step, steps, score) -> {
                  curve.add(step, score);
                  String note = String.format(Locale.ROOT, "of %d, score %.3g", steps, score);
                  progress.at(step, note);
                });
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      ZooEntry entry = result.entry();
      table.row(
          model.name(),
          result.metric().name(),
          result.metric().shown(),
          entry.parameters(),
          entry.bytes(),
          String.format(Locale.ROOT, "%.0f", seconds));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", model.name());
      row.put("file", folder.resolve(entry.file()).toString());
      row.put("metrics", entry.metrics());
      row.put("seconds", seconds);
      tree.add(row);
      plots.put(
          model.name(),
          LinePlot.training(model.name(), "step", "score", List.of(curve.line("training"))));
    }
    Map<String, Path> files = output.write("Models of the zoo", null, tree, table, plots);
    if (json()) {
      printJson(Map.of("models", tree, "files", RunOutput.names(files)));
      return 0;
    }
    table.print(out());
    out().printf("report    %s%n", files.get("report"));
    return 0;
  }
}
