package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.zoo.universal.ExitSaving;
import org.dl4jext.zoo.universal.ReasoningOptions;
import org.dl4jext.zoo.universal.ReasoningRun;
import org.dl4jext.zoo.universal.ReasoningTable;

/** Results of reasoning runs as tables and as JSON. */
final class ReasoningReport {

  private ReasoningReport() {}

  /** What early exit saves. */
  static Table table(List<ExitSaving> savings, String unit) {
    Table table =
        new Table(unit, "examples", "mean steps", "ms", "ms of all steps", "saved", "difference");
    for (ExitSaving saving : savings) {
      table.row(
          saving.difficulty(),
          saving.examples(),
          TrainingCommand.share(saving.meanSteps()),
          TrainingCommand.share(saving.millis()),
          TrainingCommand.share(saving.millisOfAllSteps()),
          String.format(
              Locale.ROOT, "%.0f %%", 100 * (1 - saving.millis() / saving.millisOfAllSteps())),
          String.format(Locale.ROOT, "%.1e", saving.difference()));
    }
    return table;
  }

  /** A row for each model and difficulty. */
  static Table medianTable(List<ReasoningTable.Median> medians, String unit) {
    Table table =
        new Table(
            "model",
            "parameters",
            "seconds",
            unit,
            "token accuracy",
            "sequence accuracy",
            "mean steps");
    for (ReasoningTable.Median median : medians) {
      for (ReasoningRun.Result result : median.results()) {
        table.row(
            median.model(),
            median.parameters(),
            String.format(Locale.ROOT, "%.0f", median.seconds()),
            result.difficulty(),
            TrainingCommand.share(result.token()),
            TrainingCommand.share(result.sequence()),
            result.meanSteps() == 0 ? "-" : TrainingCommand.share(result.meanSteps()));
      }
    }
    return table;
  }

  static Map<String, Object> tree(ReasoningRun run, List<ExitSaving> savings) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("task", run.task().name());
    tree.put("model", run.options().model().name());
    tree.put("parameters", run.network().numParams());
    tree.put("updates", run.options().updates());
    tree.put("seed", run.options().seed());
    tree.put("seconds", run.seconds());
    tree.put("results", results(run.results()));
    if (!savings.isEmpty()) {
      tree.put("exitSaving", savings.stream().map(ReasoningReport::tree).toList());
    }
    return tree;
  }

  private static Map<String, Object> tree(ExitSaving saving) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("difficulty", saving.difficulty());
    entry.put("examples", saving.examples());
    entry.put("meanSteps", saving.meanSteps());
    entry.put("millis", saving.millis());
    entry.put("millisOfAllSteps", saving.millisOfAllSteps());
    entry.put("difference", saving.difference());
    return entry;
  }

  static Map<String, Object> tree(
      ReasoningTask task, ReasoningOptions options, List<ReasoningTable.Median> medians) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ReasoningTable.Median median : medians) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("model", median.model().name());
      row.put("parameters", median.parameters());
      row.put("seconds", median.seconds());
      row.put("medians", results(median.results()));
      rows.add(row);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("task", task.name());
    tree.put("updates", options.updates());
    tree.put("seeds", ReasoningTable.SEEDS);
    tree.put("rows", rows);
    return tree;
  }

  private static List<Map<String, Object>> results(List<ReasoningRun.Result> results) {
    List<Map<String, Object>> entries = new ArrayList<>();
    for (ReasoningRun.Result result : results) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("difficulty", result.difficulty());
      entry.put("token", result.token());
      entry.put("sequence", result.sequence());
      entry.put("meanSteps", result.meanSteps());
      entries.add(entry);
    }
    return entries;
  }
}
