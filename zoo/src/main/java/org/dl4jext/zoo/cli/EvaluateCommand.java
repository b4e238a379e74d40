package org.dl4jext.zoo.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.zoo.forecast.Evaluation;
import org.dl4jext.zoo.forecast.ForecastJson;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.forecast.UnforecastableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recurrent evaluate}: measures a saved model on a table. */
@Command(
    name = "evaluate",
    description = {
      "Measures a model of 'recurrent forecast' on a CSV file, beside simple forecasts.",
      "Where the file holds the rows that trained the model, only the rows after them count."
    })
final class EvaluateCommand extends Subcommand {

  @Parameters(paramLabel = "MODEL", description = "A model file of 'recurrent forecast'.")
  private Path file;

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "CSV with header.")
  private Path data;

  @Override
  public Integer call() throws Exception {
    ForecastModel model = ForecastData.model(file);
    TimeSeries series = ForecastData.series(data, model);
    Evaluation evaluation;
    try {
      evaluation = Evaluation.of(model, series);
    } catch (UnforecastableException e) {
      throw new UnusableContentException(data + ": " + e.getMessage(), e);
    }
    if (json()) {
      printJson(tree(evaluation));
    } else {
      print(evaluation, model.format().horizon());
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
