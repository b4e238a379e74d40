package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.forecast.Evaluation;
import org.dl4jext.zoo.forecast.ForecastJson;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.forecast.UnforecastableException;
import org.dl4jext.zoo.models.BundledWeights;
import org.dl4jext.zoo.models.ModelFileException;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.models.ZooManifest;
import org.dl4jext.zoo.shipped.Measurement;
import org.dl4jext.zoo.shipped.ZooTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recurrent evaluate}: measures a saved model. */
@Command(
    name = "evaluate",
    description = {
      "Measures a model of the zoo on fresh data of its task, beside the metric of the manifest;",
      "the exit code is 1 if it falls short by more than chance explains.",
      "With --data, measures a model of 'recurrent forecast' on a CSV file, beside simple",
      "forecasts. Where the file holds the rows that trained the model, only the rows after them",
      "count."
    })
final class EvaluateCommand extends Subcommand {

  @Parameters(
      paramLabel = "MODEL",
      description = "A name of the zoo, a file of 'train-zoo', or one of 'recurrent forecast'.")
  private String model;

  @Option(names = "--data", paramLabel = "FILE", description = "CSV with header.")
  private Path data;

  @Option(
      names = "--seed",
      description = "Of the fresh data; not of measured ones. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Override
  public Integer call() throws Exception {
    return data == null ? evaluateOnTask() : evaluateOnData();
  }

  private int evaluateOnTask() throws IOException {
    ZooManifest manifest = ZooManifest.bundled();
    StoredModel stored;
    if (Files.exists(Path.of(model))) {
      try {
        stored = SafeModels.load(Path.of(model));
      } catch (ModelFileException e) {
        throw new UnusableContentException(e.getMessage(), e);
      }
    } else {
      try {
        stored = BundledWeights.load(manifest.model(model));
      } catch (IllegalArgumentException e) {
        throw new UsageException("no such file, and " + e.getMessage(), e);
      }
    }
    String name = String.valueOf(stored.metadata().get(ZooTraining.NAME));
    Measurement measurement;
    try {
      measurement = Measurement.of(stored, manifest.model(name), seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(model + " is not of the zoo; needed: --data", e);
    }
    if (json()) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("model", name);
      tree.put("task", measurement.entry().task());
      tree.put("metric", measurement.measured().name());
      tree.put("measured", measurement.measured().value());
      tree.put("manifest", measurement.recorded().value());
      tree.put("meets", measurement.meets());
      printJson(tree);
    } else {
      out().printf("%s: %s%n", name, measurement.entry().task());
      new Table("metric", "measured", "manifest", "result")
          .row(
              measurement.measured().name(),
              measurement.measured().shown(),
              measurement.recorded().shown(),
              measurement.meets() ? "meets it" : "falls short")
          .print(out());
    }
    return measurement.meets() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private int evaluateOnData() throws IOException {
    ForecastModel forecaster = ForecastData.model(Path.of(model));
    TimeSeries series = ForecastData.series(data, forecaster);
    Evaluation evaluation;
    try {
      evaluation = Evaluation.of(forecaster, series);
    } catch (UnforecastableException e) {
      throw new UnusableContentException(data + ": " + e.getMessage(), e);
    }
    if (json()) {
      printJson(tree(evaluation));
    } else {
      print(evaluation, forecaster.format().horizon());
    }
    return 0;
  }

  private static Map<String, Object> tree(Evaluation evaluation) {
    Map<String, Object> targets = new LinkedHashMap<>();
    for (Evaluation.Target target : evaluation.targets()) {
      Map<String, Object> scores = ForecastJson.scores(target.horizonScores(), evaluation.kind());
      scores.put("oneStep", ForecastJson.scores(target.oneStepScores(), evaluation.kind()));
      scores.put("coverage", target.coverage());
      targets.put(target.name(), scores);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("targets", targets);
    tree.put("firstRow", evaluation.firstTime());
    tree.put("rows", evaluation.rows());
    return tree;
  }

  private void print(Evaluation evaluation, int horizon) {
    out().printf(Locale.ROOT, "%d rows from %s count%n", evaluation.rows(), evaluation.firstTime());
    for (Evaluation.Target target : evaluation.targets()) {
      out().printf(Locale.ROOT, "%n%s, %d rows ahead%n", target.name(), horizon);
      ForecastCommand.table(target.horizonScores()).print(out());
      out().printf(Locale.ROOT, "%n%s, one row ahead%n", target.name());
      ForecastCommand.table(target.oneStepScores()).print(out());
      out().printf(Locale.ROOT, "intervals covered %.1f %%%n", 100 * target.coverage());
    }
  }
}
