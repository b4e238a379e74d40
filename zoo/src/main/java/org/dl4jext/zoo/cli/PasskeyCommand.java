package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.zoo.memory.PasskeyRun;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallTable;
import org.dl4jext.zoo.plot.HeatMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train passkey}: a memory alone beside a caching one, by length and depth. */
@Command(
    name = "passkey",
    description = {
      "Finds a key in filler with a memory alone and with a caching one, and writes the accuracy",
      "by length and by depth as a heat map for each."
    })
final class PasskeyCommand extends TrainingCommand {

  @Option(
      names = "--memory",
      description = "linear, delta, gated-delta, swla, dla, titans. Default: ${DEFAULT-VALUE}.")
  private String memory = "linear";

  @Option(
      names = "--variant",
      description = "residual, gated, soup, sparse. Default: ${DEFAULT-VALUE}.")
  private String variant = "gated";

  @Option(names = "--segment", description = "Steps of a segment. Default: ${DEFAULT-VALUE}.")
  private int segment = 8;

  @Option(
      names = "--length",
      description = "Longest training sequence; tested up to 32 times. Default: ${DEFAULT-VALUE}.")
  private int length = 64;

  @Option(names = "--steps", description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 800;

  @Option(names = "--out", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("passkey");

  @Override
  public Integer call() throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageException("--out is " + out + ", a file; needed: a directory");
    }
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
    Files.createDirectories(out);
    List<Map<String, Object>> tree = new ArrayList<>();
    for (PasskeyRun run : runs) {
      Path plot = plot(run);
      if (json()) {
        tree.add(tree(run, plot));
      } else {
        print(run, plot);
      }
    }
    if (json()) {
      printJson(Map.of("depths", PasskeyRun.DEPTHS, "rows", tree));
    }
    return 0;
  }

  private List<RecallOptions> rows() {
    BaseMemory base = RecallCommand.constant("--memory", memory, BaseMemory.class);
    CachingVariant caching = RecallCommand.constant("--variant", variant, CachingVariant.class);
    RecallOptions alone = RecallOptions.of(base, null, seed()).withSteps(steps);
    return List.of(alone, alone.with("caching", RecallTable.caching(caching, segment)));
  }

  private Path plot(PasskeyRun run) throws IOException {
    Path file = out.resolve(run.options().name().replace(' ', '-') + ".png");
    List<double[]> values =
        run.accuracies().stream()
            .map(row -> row.stream().mapToDouble(Double::doubleValue).toArray())
            .toList();
    HeatMap.write(
        "Passkey: " + run.options().name() + ", trained up to length " + length,
        new HeatMap.Axes("depth in percent", "length"),
        PasskeyRun.DEPTHS,
        run.lengths(),
        values,
        "0.00",
        file);
    return file;
  }

  private Map<String, Object> tree(PasskeyRun run, Path plot) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("model", run.options().name());
    entry.put("steps", steps);
    entry.put("seed", seed());
    entry.put("seconds", run.seconds());
    entry.put("lengths", run.lengths());
    entry.put("accuracies", run.accuracies());
    entry.put("plot", plot.toString());
    return entry;
  }

  private void print(PasskeyRun run, Path plot) {
    out().printf(Locale.ROOT, "%s: %.0f s, plot %s%n", run.options().name(), run.seconds(), plot);
    List<String> header = new ArrayList<>(List.of("length"));
    PasskeyRun.DEPTHS.forEach(depth -> header.add("depth " + depth + " %"));
    Table table = new Table(header.toArray(String[]::new));
    for (int i = 0; i < run.lengths().size(); i++) {
      List<Object> cells = new ArrayList<>(List.of(run.lengths().get(i)));
      run.accuracies().get(i).forEach(value -> cells.add(share(value)));
      table.row(cells.toArray());
    }
    table.print(out());
  }
}
