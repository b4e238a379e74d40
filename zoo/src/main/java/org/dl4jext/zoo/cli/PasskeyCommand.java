package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.zoo.catalogue.Labels;
import org.dl4jext.zoo.memory.PasskeyRun;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallTable;
import org.dl4jext.zoo.plot.HeatMap;
import org.dl4jext.zoo.plot.Plot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train passkey}: a memory alone beside a caching one, by length and depth. */
@Command(
    name = "passkey",
    description = {
      "Finds a key in filler with a memory alone and with a caching one.",
      "Writes the accuracy by length and by depth as a heat map for each."
    })
final class PasskeyCommand extends TrainingCommand {

  private static final String TITLE = "Passkey retrieval";

  @Option(
      names = "--memory",
      paramLabel = "NAME",
      description = "linear, delta, gated-delta, swla, dla, titans. Default: ${DEFAULT-VALUE}.")
  private String memory = "linear";

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "residual, gated, soup, sparse. Default: ${DEFAULT-VALUE}.")
  private String variant = "gated";

  @Option(
      names = "--segment",
      paramLabel = "N",
      description = "Steps of a segment. Default: ${DEFAULT-VALUE}.")
  private int segment = 8;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Longest training sequence; tested up to 32 times. Default: ${DEFAULT-VALUE}.")
  private int length = 64;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 800;

  @Override
  public Integer call() throws IOException {
    output().require();
    List<PasskeyRun> runs = new ArrayList<>();
    try (Progress progress = progress("passkey", 2L * steps)) {
      long[] done = {0};
      RecallRun.Listener listener =
          (step, of, score) ->
              progress.at(++done[0], String.format(Locale.ROOT, "loss %.3f", score));
      for (RecallOptions row : rows()) {
        runs.add(PasskeyRun.train(row, length, listener));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    report(runs);
    return 0;
  }

  private List<RecallOptions> rows() {
    BaseMemory base = Labels.constant("--memory", memory, BaseMemory.class);
    CachingVariant caching = Labels.constant("--variant", variant, CachingVariant.class);
    RecallOptions alone = RecallOptions.of(base, null, seed()).withSteps(steps);
    return List.of(alone, alone.with("caching", RecallTable.caching(caching, segment)));
  }

  private Plot plot(PasskeyRun run) {
    List<double[]> values =
        run.accuracies().stream()
            .map(row -> row.stream().mapToDouble(Double::doubleValue).toArray())
            .toList();
    return HeatMap.of(
        TITLE + ": " + run.options().name() + ", trained up to length " + length,
        new HeatMap.Axes("depth in percent", "length"),
        PasskeyRun.DEPTHS,
        run.lengths(),
        values);
  }

  private void report(List<PasskeyRun> runs) throws IOException {
    List<String> header = new ArrayList<>(List.of("model", "length"));
    PasskeyRun.DEPTHS.forEach(depth -> header.add("depth " + depth + " %"));
    Table table = new Table(header.toArray(String[]::new));
    List<Map<String, Object>> rows = new ArrayList<>();
    Map<String, Plot> plots = new LinkedHashMap<>();
    for (PasskeyRun run : runs) {
      String name = run.options().name();
      for (int i = 0; i < run.lengths().size(); i++) {
        List<Object> cells = new ArrayList<>(List.of(name, run.lengths().get(i)));
        run.accuracies().get(i).forEach(value -> cells.add(share(value)));
        table.row(cells.toArray());
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("model", name);
      entry.put("steps", steps);
      entry.put("seconds", run.seconds());
      entry.put("lengths", run.lengths());
      entry.put("accuracies", run.accuracies());
      rows.add(entry);
      plots.put(name.replace(' ', '-'), plot(run));
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("seed", seed());
    tree.put("depths", PasskeyRun.DEPTHS);
    tree.put("rows", rows);
    Map<String, Path> files = output().write(TITLE, null, tree, table, plots);
    if (json()) {
      tree.put("files", RunOutput.names(files));
      printJson(tree);
      return;
    }
    table.print(out());
    RunOutput.print(files, out());
  }
}
