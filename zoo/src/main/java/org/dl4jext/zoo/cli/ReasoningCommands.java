package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.datasets.Transduction;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.universal.ExitSaving;
import org.dl4jext.zoo.universal.ReasoningOptions;
import org.dl4jext.zoo.universal.ReasoningRun;
import org.dl4jext.zoo.universal.ReasoningSetting;
import org.dl4jext.zoo.universal.ReasoningTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The tasks of {@code recurrent train} for the Universal Transformer. */
final class ReasoningCommands {

  private ReasoningCommands() {}

  /** What these commands share: one run on one task. */
  abstract static class Reasoning extends TrainingCommand {

    @Mixin private ReasoningArguments arguments;

    /** The task that the options ask for. */
    abstract ReasoningSetting setting();

    @Override
    public Integer call() throws IOException {
      output().require();
      ReasoningSetting setting;
      ReasoningOptions options;
      try {
        setting = setting();
        options = arguments.options(setting, seed());
      } catch (IllegalArgumentException e) {
        throw new UsageException(e.getMessage(), e);
      }
      if (arguments.compares()) {
        compare(setting, options);
        return 0;
      }
      ReasoningTask task = setting.task();
      TrainingCurve curve = new TrainingCurve();
      ReasoningRun run;
      try (Progress progress = progress(task.name(), options.updates())) {
        run =
            ReasoningRun.train(
                task,
                options,
                setting.tested(),
                (update, of, score) -> {
                  curve.add(update, score);
                  progress.at(update, String.format(Locale.ROOT, "score %.3f", score));
                });
      }
      List<ExitSaving> savings = arguments.measuresExit() ? ExitSaving.of(run) : List.of();
      Map<String, Object> tree = ReasoningReport.tree(run, savings);
      Table table = new Table(setting.unit(), "token accuracy", "sequence accuracy", "mean steps");
      SortedMap<Integer, Double> shares = new TreeMap<>();
      for (ReasoningRun.Result result : run.results()) {
        shares.put(result.difficulty(), result.token());
        table.row(
            result.difficulty(),
            share(result.token()),
            share(result.sequence()),
            result.meanSteps() == 0 ? "-" : share(result.meanSteps()));
      }
      String title = task.name() + ", " + options.model();
      Map<String, Plot> plots = new LinkedHashMap<>();
      plots.put(
          "training",
          LinePlot.training(title, "parameter update", "score", List.of(curve.line("training"))));
      plots.put(
          "accuracy",
          LinePlot.shares(title, setting.unit(), "token accuracy", Map.of("test", shares)));
      run.halting()
          .ifPresent(
              steps -> plots.put("halting", steps.plot(title + ": mean steps", setting.unit())));
      Map<String, Path> files = output().write(title, run.network(), tree, table, plots);
      if (json()) {
        tree.put("files", RunOutput.names(files));
        printJson(tree);
        return 0;
      }
      out()
          .printf(
              Locale.ROOT,
              "%s, %s: %d parameters, %d updates, %.0f s%n",
              task.name(),
              options.model(),
              run.network().numParams(),
              options.updates(),
              run.seconds());
      table.print(out());
      if (!savings.isEmpty()) {
        ReasoningReport.table(savings, setting.unit()).print(out());
      }
      RunOutput.print(files, out());
      return 0;
    }

    private void compare(ReasoningSetting setting, ReasoningOptions options) throws IOException {
      ReasoningTask task = setting.task();
      List<ReasoningOptions> rows = ReasoningTable.rows(options);
      List<ReasoningTable.Median> medians = new ArrayList<>();
      long updates = (long) rows.size() * ReasoningTable.SEEDS.size() * options.updates();
      try (Progress progress = progress(task.name(), updates)) {
        long[] done = {0};
        for (ReasoningOptions row : rows) {
          ReasoningRun.Listener listener =
              (update, of, score) ->
                  progress.at(
                      ++done[0], String.format(Locale.ROOT, "%s, score %.3f", row.model(), score));
          medians.add(ReasoningTable.run(task, row, setting.tested(), listener));
        }
      }
      Map<String, SortedMap<Integer, Double>> lines = new LinkedHashMap<>();
      for (ReasoningTable.Median median : medians) {
        SortedMap<Integer, Double> line = new TreeMap<>();
        median.results().forEach(result -> line.put(result.difficulty(), result.token()));
        lines.put(median.model().name(), line);
      }
      String title = task.name() + ", medians of " + ReasoningTable.SEEDS.size() + " seeds";
      Plot plot = LinePlot.shares(title, setting.unit(), "token accuracy", lines);
      Map<String, Object> tree = ReasoningReport.tree(task, options, medians);
      Table table = ReasoningReport.medianTable(medians, setting.unit());
      Map<String, Path> files = output().write(title, null, tree, table, Map.of("accuracy", plot));
      if (json()) {
        tree.put("files", RunOutput.names(files));
        printJson(tree);
        return;
      }
      table.print(out());
      RunOutput.print(files, out());
    }
  }

  @Command(name = "pointer-hopping", description = "Follows pointers for one to four hops.")
  static final class Pointers extends Reasoning {
    @Override
    ReasoningSetting setting() {
      return ReasoningSetting.pointerHopping();
    }
  }

  /** Tasks that read a sequence and write another one. */
  abstract static class Writing extends Reasoning {

    @Option(
        names = "--length",
        paramLabel = "N",
        description =
            "Longest training example; measured at twice as many. Default: ${DEFAULT-VALUE}.")
    private int length = 16;

    abstract Transduction.Rule rule();

    @Override
    ReasoningSetting setting() {
      return ReasoningSetting.transduction(rule(), length);
    }
  }

  @Command(name = "copy", description = "Writes the symbols that it has read.")
  static final class Copy extends Writing {
    @Override
    Transduction.Rule rule() {
      return Transduction.Rule.COPY;
    }
  }

  @Command(name = "reverse", description = "Writes the symbols that it has read, the last first.")
  static final class Reverse extends Writing {
    @Override
    Transduction.Rule rule() {
      return Transduction.Rule.REVERSE;
    }
  }

  @Command(name = "addition", description = "Writes the digits of a sum, the lowest first.")
  static final class Addition extends Writing {
    @Override
    Transduction.Rule rule() {
      return Transduction.Rule.ADDITION;
    }
  }

  @Command(name = "babi", description = "Answers questions about a story from one to three facts.")
  static final class Questions extends Reasoning {

    @Option(
        names = "--facts",
        paramLabel = "N",
        description = "Supporting facts, 1 to 3, of all questions. Default: ${DEFAULT-VALUE}.")
    private int facts = 1;

    @Override
    ReasoningSetting setting() {
      return ReasoningSetting.factQuestions(facts);
    }
  }
}
