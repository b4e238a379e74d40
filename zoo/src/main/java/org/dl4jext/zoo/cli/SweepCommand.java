package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dl4jext.datasets.CsvException;
import org.dl4jext.datasets.NoSuchColumnException;
import org.dl4jext.zoo.sweep.Journal;
import org.dl4jext.zoo.sweep.NamedTask;
import org.dl4jext.zoo.sweep.SpaceException;
import org.dl4jext.zoo.sweep.Sweep;
import org.dl4jext.zoo.sweep.SweepPlan;
import org.dl4jext.zoo.sweep.SweepReport;
import org.dl4jext.zoo.sweep.SweepStop;
import org.dl4jext.zoo.sweep.SweepTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recurrent sweep}: searches hyperparameters. */
@Command(
    name = "sweep",
    description = {
      "Searches the values of a space for the best score; keeps a journal, the best model, a table"
          + " and a report.",
      "Presets: parity, state-tracking, modular-arithmetic, cycle-navigation, mqar, arrow, digits,"
          + " pointer-hopping, copy, reverse, addition, babi, qkan-forecast, forecast."
    },
    subcommands = SweepReplayCommand.class)
final class SweepCommand extends Subcommand {

  /** One for each task. */
  private static final List<String> PRESETS = NamedTask.labels();

  private static final long LONGEST_END = 60;

  @Parameters(
      arity = "0..1",
      paramLabel = "SPACE",
      description = "A preset, or a YAML file that says what to train and what may vary.")
  private String space;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description = "Most candidates. Default: ${DEFAULT-VALUE}.")
  private int candidates = 20;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Trainings at once, which share the processors. Default: ${DEFAULT-VALUE}.")
  private int workers = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of search and trainings. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--max-time",
      paramLabel = "SECONDS",
      description = "Stop after this time; --resume goes on.")
  private Integer maxTime;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "End the training of a candidate after this time, and score it as it is.")
  private Integer timeLimit;

  @Option(names = "--resume", description = "Go on with the sweep that the folder holds.")
  private boolean resume;

  @Option(names = "--data", paramLabel = "FILE", description = "CSV file of a forecast.")
  private Path data;

  @Option(
      names = "--target",
      split = ",",
      paramLabel = "COL",
      description = "Columns to forecast. Default: the last numeric one.")
  private List<String> targets = List.of();

  @Mixin private RunOutput output;

  @Override
  public Integer call() throws Exception {
    output.require();
    Sweep.Settings settings = settings();
    SweepPlan plan = plan(source());
    boolean exists = Journal.exists(output.folder());
    if (exists && !resume) {
      throw new UsageException(
          output.folder() + " holds a sweep; --resume goes on with it, --out takes another folder");
    }
    SweepStop stop = new SweepStop(maxTime == null ? null : Duration.ofSeconds(maxTime));
    CountDownLatch written = new CountDownLatch(1);
    Thread hook = new Thread(() -> end(stop, written), "sweep-end");
    Runtime.getRuntime().addShutdownHook(hook);
    Sweep.Result result;
    Map<String, Path> files;
    try {
      result = run(plan, settings, stop);
      files =
          new SweepReport(plan, result)
              .write(output.report("Sweep of " + plan.task().title()), output.folder());
    } finally {
      written.countDown();
      removeHook(hook);
    }
    if (result.stopped()) {
      err().println("stopped; --resume goes on with " + output.folder());
    }
    if (json()) {
      printTree(plan, result, files);
    } else {
      print(plan, result, files);
    }
    return result.best() == null && !result.stopped() ? 1 : 0;
  }

  /** Ctrl-C: waits until journal and report are written. */
  private static void end(SweepStop stop, CountDownLatch written) {
    stop.ask();
    try {
      written.await(LONGEST_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The end has begun: the hook is what waits for this.
    }
  }

  private Sweep.Settings settings() {
    requirePositive("--max-time", maxTime);
    requirePositive("--time-limit", timeLimit);
    try {
      Duration limit = timeLimit == null ? null : Duration.ofSeconds(timeLimit);
      return new Sweep.Settings(candidates, workers, seed, limit);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage(), e);
    }
  }

  private static void requirePositive(String option, Integer value) {
    if (value != null && value < 1) {
      throw new UsageException(option + " is " + value + "; allowed: at least 1");
    }
  }

  private SweepPlan.Source source() throws IOException {
    if (space == null) {
      throw new UsageException(
          "missing space; give a YAML file or one of " + String.join(", ", PRESETS));
    }
    if (data != null) {
      ForecastData.requireFile(data);
    }
    String text = PRESETS.contains(space) ? preset(space) : file(Path.of(space));
    String csv = data == null ? null : data.toAbsolutePath().toString();
    return new SweepPlan.Source(space, text, csv, targets);
  }

  private static String file(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new UsageException(
          "no such file or preset: " + file + "; presets: " + String.join(", ", PRESETS));
    }
    ForecastData.requireFile(file);
    return Files.readString(file);
  }

  private static String preset(String name) throws IOException {
    String resource = "/org/dl4jext/zoo/sweep/" + name + ".yaml";
    try (InputStream in = SweepCommand.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The plan of a source; what is wrong gets the right exit code. */
  static SweepPlan plan(SweepPlan.Source source) throws IOException {
    try {
      return SweepPlan.of(source);
    } catch (SpaceException | NoSuchColumnException e) {
      throw new UsageException(e.getMessage(), e);
    } catch (CsvException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
  }

  private Sweep.Result run(SweepPlan plan, Sweep.Settings settings, SweepStop stop)
      throws IOException {
    int before = Journal.exists(output.folder()) ? Journal.readEntries(output.folder()).size() : 0;
    int trainings = plan.search().trainings(candidates);
    try (Progress progress = progress("sweep", Math.max(1, trainings - before))) {
      return Sweep.run(
          plan,
          output.folder(),
          settings,
          stop,
          (done, most, entry, best) ->
              progress.at(
                  done - before,
                  best == null
                      ? "no score yet"
                      : String.format(
                          Locale.ROOT,
                          "best %.4f (candidate %d)",
                          best.score(),
                          best.candidate())));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private void print(SweepPlan plan, Sweep.Result result, Map<String, Path> files) {
    out().printf("%s, %s%n", plan.task().title(), plan.task().scoreName());
    List<List<String>> rows = new SweepTable(result.entries(), plan.task().minimize()).rows(10);
    Table table = new Table(rows.get(0).toArray(String[]::new));
    rows.subList(1, rows.size()).forEach(row -> table.row(row.toArray()));
    table.print(out());
    long failed = result.entries().stream().filter(entry -> entry.score() == null).count();
    out()
        .printf(
            "%d trainings, %d failed, %d candidates rejected before training%n",
            result.entries().size(), failed, result.rejected());
    if (result.best() != null) {
      out().printf("%-15s%s%n", "model", output.folder().resolve(Sweep.MODEL));
    }
    files.forEach((name, file) -> out().printf("%-15s%s%n", name, file));
  }

  private void printTree(SweepPlan plan, Sweep.Result result, Map<String, Path> files)
      throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("task", plan.task().title());
    tree.put("score", plan.task().scoreName());
    tree.put("best", result.best());
    tree.put("trainings", result.entries().size());
    tree.put("rejected", result.rejected());
    tree.put("stopped", result.stopped());
    tree.put("files", RunOutput.names(files));
    printJson(tree);
  }
}
