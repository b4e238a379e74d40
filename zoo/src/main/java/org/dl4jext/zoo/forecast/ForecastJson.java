package org.dl4jext.zoo.forecast;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Results as trees of maps, numbers and strings. */
public final class ForecastJson {

  private ForecastJson() {}

  /** The object that {@code --json} prints. */
  public static Map<String, Object> summary(ForecastResult result, Map<String, Path> files) {
    Map<String, Object> targets = new LinkedHashMap<>();
    for (TargetReport target : result.targets()) {
      targets.put(target.name(), scores(target.horizonScores(), result.kind()));
    }
    Map<String, Object> paths = new LinkedHashMap<>();
    files.forEach((name, path) -> paths.put(name, path.toString()));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("targets", targets);
    tree.put("seconds", result.seconds());
    tree.put("files", paths);
    return tree;
  }

  /** Everything that was measured and chosen. */
  static Map<String, Object> metrics(ForecastResult result, Map<String, Path> files) {
    Map<String, Object> targets = new LinkedHashMap<>();
    for (TargetReport target : result.targets()) {
      Map<String, Object> scores = scores(target.horizonScores(), result.kind());
      scores.put("oneStep", scores(target.oneStepScores(), result.kind()));
      scores.put("coverage", number(target.coverage()));
      targets.put(target.name(), scores);
    }
    ForecastFormat format = result.model().format();
    Map<String, Object> choices = new LinkedHashMap<>();
    choices.put("layer", format.layer());
    choices.put("model", result.kind().key());
    choices.put("parameters", result.parameters());
    choices.put("epochs", result.epochs());
    choices.put("season", format.season());
    choices.put("horizon", format.horizon());
    choices.put("context", format.context());
    choices.put("level", format.level());
    choices.put("rows", result.series().length());
    choices.put("trainRows", result.trainRows());
    choices.put("testStart", result.testStart());
    Map<String, Object> tree = summary(result, files);
    tree.put("targets", targets);
    tree.put("choices", choices);
    tree.put("notices", result.notices());
    return tree;
  }

  /** The model's and the baselines' scores; with a hybrid model, the plain network's too. */
  public static Map<String, Object> scores(Map<Forecasters, Scores> scores, Forecasters kind) {
    Map<String, Object> baselines = new LinkedHashMap<>();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("model", scores(scores.get(kind)));
    scores.forEach(
        (who, values) -> {
          if (who == Forecasters.NETWORK && kind == Forecasters.HYBRID) {
            tree.put(who.key(), scores(values));
          } else if (who != kind) {
            baselines.put(who.key(), scores(values));
          }
        });
    tree.put("baselines", baselines);
    return tree;
  }

  private static Map<String, Object> scores(Scores scores) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("mae", number(scores.mae()));
    tree.put("rmse", number(scores.rmse()));
    tree.put("mase", number(scores.mase()));
    tree.put("smape", number(scores.smape()));
    return tree;
  }

  /** JSON has no NaN. */
  private static Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
