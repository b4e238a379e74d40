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
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.SegmentStart;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallRun.RecallAccuracy;
import org.dl4jext.zoo.memory.RecallTable;
import org.dl4jext.zoo.plot.AccuracyPlot;
import org.dl4jext.zoo.tracking.Accuracy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train mqar}: associative recall by number of pairs. */
@Command(
    name = "mqar",
    description = {
      "Recalls the values of up to 48 keys, after training at 32 pairs.",
      "Writes the accuracy by number of pairs as a plot."
    })
final class RecallCommand extends TrainingCommand {

  private static final String ATTENTION = "attention";
  private static final String NONE = "none";

  @Option(
      names = "--memory",
      description =
          "linear, delta, gated-delta, swla, dla, titans, or attention. Default: ${DEFAULT-VALUE}.")
  private String memory = "linear";

  @Option(
      names = "--variant",
      description =
          "residual, gated, soup, sparse, or none for the memory alone. Default: ${DEFAULT-VALUE}.")
  private String variant = "gated";

  @Option(names = "--segment", description = "Steps of a segment. Default: ${DEFAULT-VALUE}.")
  private int segment = 4;

  @Option(names = "--start", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private SegmentStart start = SegmentStart.INDEPENDENT;

  @Option(
      names = "--router",
      description = "What is pooled: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private RouterFeatures router = RouterFeatures.HIDDEN;

  @Option(names = "--top-k", description = "Memories that sparse reads. Default: ${DEFAULT-VALUE}.")
  private int topK = 4;

  @Option(names = "--steps", description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 800;

  @Option(
      names = "--compare",
      description =
          "Every variant over linear and delta beside attention, three seeds each; of the options"
              + " above only --steps counts.")
  private boolean compare;

  @Option(names = "--out", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("recall");

  @Override
  public Integer call() throws Exception {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageException("--out is " + out + ", a file; needed: a directory");
    }
    List<RecallOptions> rows;
    try {
      rows = compare ? RecallTable.rows(steps) : List.of(options());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    int seeds = compare ? RecallTable.SEEDS.size() : 1;
    List<RecallTable.Median> results = new ArrayList<>();
    try (Progress progress = progress("mqar", (long) rows.size() * seeds * steps)) {
      long[] done = {0};
      RecallRun.Listener listener =
          (step, of, score) ->
              progress.at(++done[0], String.format(Locale.ROOT, "loss %.3f", score));
      for (RecallOptions row : rows) {
        results.add(compare ? RecallTable.run(row, listener) : single(row, listener));
      }
    }
    report(results, plot(results));
    return 0;
  }

  private static RecallTable.Median single(RecallOptions row, RecallRun.Listener listener) {
    RecallRun run = RecallRun.train(row, listener);
    return new RecallTable.Median(row, run.accuracies(), run.seconds());
  }

  private RecallOptions options() {
    if (memory.equals(ATTENTION)) {
      return RecallOptions.of(null, null, seed()).withSteps(steps);
    }
    BaseMemory base = constant("--memory", memory, BaseMemory.class);
    CachingSpec caching =
        variant.equals(NONE)
            ? null
            : CachingSpec.ofSegments(segment)
                .withVariant(constant("--variant", variant, CachingVariant.class))
                .withSegmentStart(start)
                .withRouterFeatures(router)
                .withTopK(topK);
    return RecallOptions.of(base, caching, seed()).withSteps(steps);
  }

  /** The constant that an option names in lower case with hyphens. */
  static <E extends Enum<E>> E constant(String option, String text, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (label(constant).equals(text)) {
        return constant;
      }
    }
    List<String> allowed = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      allowed.add(label(constant));
    }
    throw new IllegalArgumentException(option + " is " + text + "; allowed: " + allowed);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Path plot(List<RecallTable.Median> results) throws IOException {
    Map<String, List<Accuracy>> lines = new LinkedHashMap<>();
    for (RecallTable.Median result : results) {
      List<Accuracy> line = new ArrayList<>();
      for (RecallAccuracy accuracy : result.accuracies()) {
        line.add(new Accuracy(3 * accuracy.pairs(), accuracy.share(), accuracy.share()));
      }
      lines.put(result.options().name(), line);
    }
    Files.createDirectories(out);
    Path file = out.resolve("accuracy.png");
    AccuracyPlot.write("Associative recall, trained at length 96 (32 pairs)", lines, file);
    return file;
  }

  private void report(List<RecallTable.Median> results, Path plot) {
    if (json()) {
      List<Map<String, Object>> tree = new ArrayList<>();
      for (RecallTable.Median result : results) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("model", result.options().name());
        entry.put("steps", result.options().steps());
        entry.put("seconds", result.seconds());
        Map<String, Object> shares = new LinkedHashMap<>();
        result.accuracies().forEach(a -> shares.put(String.valueOf(a.pairs()), a.share()));
        entry.put("accuracyByPairs", shares);
        tree.add(entry);
      }
      printJson(Map.of("rows", tree, "plot", plot.toString()));
      return;
    }
    List<String> header = new ArrayList<>(List.of("model"));
    RecallRun.PAIRS.forEach(pairs -> header.add(pairs + " pairs"));
    header.add("seconds");
    Table table = new Table(header.toArray(String[]::new));
    for (RecallTable.Median result : results) {
      List<Object> cells = new ArrayList<>(List.of(result.options().name()));
      result.accuracies().forEach(a -> cells.add(share(a.share())));
      cells.add(String.format(Locale.ROOT, "%.0f", result.seconds()));
      table.row(cells.toArray());
    }
    table.print(out());
    out().printf(Locale.ROOT, "plot %s%n", plot);
  }
}
