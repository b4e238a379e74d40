package org.dl4jext.zoo.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.tracking.Accuracy;
import org.dl4jext.zoo.tracking.TrackedLayer;
import org.dl4jext.zoo.tracking.TrackingOptions;
import org.dl4jext.zoo.tracking.TrackingRun;
import org.dl4jext.zoo.tracking.TrackingTable;
import picocli.CommandLine.Option;

/** What the training commands share: one run on one task. */
abstract class TrainTask extends TrainingCommand {

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private TrackedLayer layer = TrackedLayer.DELTA_PRODUCT;

  @Option(
      names = "--householders",
      paramLabel = "N",
      description = "Micro-steps a token of delta-product. Default: ${DEFAULT-VALUE}.")
  private int householders = 2;

  @Option(
      names = "--eigenvalues",
      paramLabel = "NAME",
      description = "SIGNED or UNIT, of delta-product. Default: ${DEFAULT-VALUE}.")
  private EigenvalueRange range = EigenvalueRange.SIGNED;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description =
          "Heads: of size 16 for delta-product, otherwise they share the width. Default:"
              + " ${DEFAULT-VALUE}.")
  private int heads = 2;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Width of the residual stream. Default: ${DEFAULT-VALUE}.")
  private int width = 64;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Longest training example. Default: ${DEFAULT-VALUE}.")
  private int length = 32;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 500;

  @Option(
      names = "--rate",
      paramLabel = "X",
      description = "Peak learning rate. Default: ${DEFAULT-VALUE}.")
  private double rate = 4e-3;

  @Option(
      names = "--no-curriculum",
      negatable = true,
      description = "Begin with short examples (the default), or at full length.")
  private boolean curriculum = true;

  /** The task that the options ask for. */
  abstract SequenceTask task();

  @Override
  public Integer call() throws Exception {
    output().require();
    SequenceTask task;
    TrackingOptions options;
    try {
      task = task();
      options =
          new TrackingOptions(
              layer,
              householders,
              range,
              heads,
              16,
              width,
              length,
              steps,
              curriculum,
              rate,
              seed());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    TrainingCurve curve = new TrainingCurve();
    TrackingRun run;
    try (Progress progress = progress(task.name(), steps)) {
      run = TrackingRun.train(task, options, lengths(), listener(progress, 0, curve));
    }
    Map<String, Object> tree = tree(run);
    Table table = new Table("length", "token accuracy", "sequence accuracy");
    for (Accuracy accuracy : run.accuracies()) {
      table.row(accuracy.length(), share(accuracy.token()), share(accuracy.sequence()));
    }
    String name = options.name();
    Map<String, Plot> plots =
        plots(task.name(), List.of(curve.line(name)), Map.of(name, run.accuracies()));
    Map<String, Path> files =
        output().write(task.name() + ", " + name, run.network(), tree, table, plots);
    if (json()) {
      tree.put("files", RunOutput.names(files));
      printJson(tree);
      return 0;
    }
    PrintWriter print = out();
    print.printf(
        Locale.ROOT,
        "%s, %s: %s, %.0f s%n",
        task.name(),
        name,
        run.solvedAt() > 0
            ? "solved at step " + run.solvedAt()
            : "not solved, training length " + run.reached(),
        run.seconds());
    table.print(print);
    RunOutput.print(files, print);
    return 0;
  }

  /** The usual lengths, and the longest of training. */
  private List<Integer> lengths() {
    Set<Integer> lengths = new TreeSet<>(TrackingRun.LENGTHS);
    lengths.add(length);
    return List.copyOf(lengths);
  }

  private static TrackingRun.Listener listener(Progress progress, int before, TrainingCurve curve) {
    return (step, steps, length, right) -> {
      curve.add(step, right);
      progress.at(
          before + (long) step,
          String.format(Locale.ROOT, "length %d, whole examples %.2f", length, right));
    };
  }

  private Map<String, Plot> plots(
      String title, List<LinePlot.Line> curves, Map<String, List<Accuracy>> accuracies) {
    Map<String, SortedMap<Integer, Double>> lines = new LinkedHashMap<>();
    accuracies.forEach(
        (name, measured) -> {
          SortedMap<Integer, Double> line = new TreeMap<>();
          measured.forEach(accuracy -> line.put(accuracy.length(), accuracy.token()));
          lines.put(name, line);
        });
    Map<String, Plot> plots = new LinkedHashMap<>();
    plots.put(
        "training",
        LinePlot.training(title, "parameter update", "whole training examples right", curves));
    plots.put("accuracy", LinePlot.shares(title, "length", "token accuracy", lines));
    return plots;
  }

  private static Map<String, Object> tree(TrackingRun run) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("task", run.task().name());
    tree.put("layer", run.options().layer().toString());
    if (run.options().layer() == TrackedLayer.DELTA_PRODUCT) {
      tree.put("householders", run.options().householders());
      tree.put("eigenvalues", run.options().eigenvalueRange().name());
    }
    tree.put("heads", run.options().heads());
    tree.put("steps", run.options().steps());
    tree.put("seed", run.options().seed());
    tree.put("solvedAt", run.solvedAt());
    tree.put("reachedLength", run.reached());
    tree.put("seconds", run.seconds());
    tree.put("accuracies", accuracies(run.accuracies()));
    return tree;
  }

  private static List<Map<String, Object>> accuracies(List<Accuracy> accuracies) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Accuracy accuracy : accuracies) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("length", accuracy.length());
      entry.put("token", accuracy.token());
      entry.put("sequence", accuracy.sequence());
      list.add(entry);
    }
    return list;
  }

  /** Trains every row of the table with three seeds. */
  final int table() throws Exception {
    output().require();
    List<TrackingTable.Row> rows = TrackingTable.rows();
    long total =
        rows.stream().mapToLong(r -> (long) r.options().steps() * TrackingTable.SEEDS.size()).sum();
    List<Map<String, Object>> tree = new ArrayList<>();
    Map<String, List<Accuracy>> lines = new LinkedHashMap<>();
    List<LinePlot.Line> curves = new ArrayList<>();
    List<TrackingTable.Median> medians = new ArrayList<>();
    int done = 0;
    try (Progress progress = progress("state tracking", total)) {
      for (TrackingTable.Row row : rows) {
        TrainingCurve curve = new TrainingCurve();
        int[] before = {done - row.options().steps()};
        TrackingRun.Listener inner =
            (step, steps, at, right) -> {
              before[0] += step == 1 ? steps : 0;
              listener(progress, before[0], curve).step(step, steps, at, right);
            };
        TrackingTable.Median median = TrackingTable.run(row, TrackingRun.LENGTHS, inner);
        medians.add(median);
        done += row.options().steps() * TrackingTable.SEEDS.size();
        String name = row.task().name() + " " + row.options().name();
        lines.put(name, median.accuracies());
        curves.add(curve.line(name));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("task", row.task().name());
        entry.put("householders", row.options().householders());
        entry.put("eigenvalues", row.options().eigenvalueRange().name());
        entry.put("steps", row.options().steps());
        entry.put("solvedRuns", median.solved());
        entry.put("seconds", median.seconds());
        entry.put("accuracies", accuracies(median.accuracies()));
        tree.add(entry);
      }
    }
    Table table = table(medians);
    Map<String, Plot> plots = plots("state tracking, three seeds", curves, lines);
    Map<String, Path> files =
        output().write("State tracking, medians of three seeds", null, tree, table, plots);
    if (json()) {
      printJson(Map.of("rows", tree, "files", RunOutput.names(files)));
    } else {
      table.print(out());
      RunOutput.print(files, out());
    }
    return 0;
  }

  private static Table table(List<TrackingTable.Median> medians) {
    List<String> header = new ArrayList<>(List.of("task", "n", "eigenvalues", "steps", "solved"));
    TrackingRun.LENGTHS.forEach(at -> header.add(at.toString()));
    header.add("seconds");
    Table table = new Table(header.toArray(String[]::new));
    for (TrackingTable.Median median : medians) {
      TrackingOptions options = median.row().options();
      List<Object> cells =
          new ArrayList<>(
              List.of(
                  median.row().task().name(),
                  options.householders(),
                  options.eigenvalueRange(),
                  options.steps(),
                  median.solved() + "/" + TrackingTable.SEEDS.size()));
      median.accuracies().forEach(accuracy -> cells.add(share(accuracy.token())));
      cells.add(String.format(Locale.ROOT, "%.0f", median.seconds()));
      table.row(cells.toArray());
    }
    return table;
  }
}
