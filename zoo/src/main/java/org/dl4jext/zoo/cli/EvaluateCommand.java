package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.forecast.Evaluation;
import org.dl4jext.zoo.forecast.ForecastJson;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.forecast.UnforecastableException;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.shipped.Measurement;
import org.dl4jext.zoo.shipped.ZooTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recurrent evaluate}: measures a saved model. */
@Command(
    name = "evaluate",
    description = {
      "Measures a model of the zoo on fresh data of its task, beside the metric of the manifest.",
      "The exit code is 1 if it falls short by more than chance explains.",
      "With --data, measures a model of 'recurrent forecast' on a CSV file, beside simple",
      "forecasts. Where the file holds the rows that trained the model, only the rows after them",
      "count."
    })
final class EvaluateCommand extends Subcommand {

  @Mixin private ModelArgument model;

  @Option(names = "--data", paramLabel = "FILE", description = "CSV with header.")
  private Path data;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the fresh data; not of measured ones. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Override
  public Integer call() throws Exception {
    Path file = model.file(this);
    return data == null ? evaluateOnTask(file) : evaluateOnData(file);
  }

  private int evaluateOnTask(Path file) throws IOException {
    StoredModel stored = ModelArgument.load(file);
    String name = String.valueOf(stored.metadata().get(ZooTraining.NAME));
    Measurement measurement;
    try {
      measurement = Measurement.of(stored, model.manifest().model(name), seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + " is not of the zoo; needed: --data", e);
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

  private int evaluateOnData(Path file) throws IOException {
    ForecastModel forecaster = ForecastData.model(file);
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
