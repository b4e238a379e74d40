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
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.SegmentStart;
import org.dl4jext.zoo.catalogue.Labels;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallRun.RecallAccuracy;
import org.dl4jext.zoo.memory.RecallTable;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train mqar}: associative recall by number of pairs. */
@Command(
    name = "mqar",
    description = {
      "Recalls the values of up to 48 keys, after training at 32 pairs.",
      "Writes the model, the accuracy by number of pairs, plots, and a report."
    })
final class RecallCommand extends TrainingCommand {

  private static final String ATTENTION = "attention";
  private static final String NONE = "none";
  private static final String TITLE = "Associative recall";

  @Option(
      names = "--memory",
      paramLabel = "NAME",
      description =
          "linear, delta, gated-delta, swla, dla, titans, or attention. Default: ${DEFAULT-VALUE}.")
  private String memory = "linear";

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "residual, gated, soup, sparse, or none for the memory alone. Default: ${DEFAULT-VALUE}.")
  private String variant = "gated";

  @Option(
      names = "--segment",
      paramLabel = "N",
      description = "Steps of a segment. Default: ${DEFAULT-VALUE}.")
  private int segment = 4;

  @Option(
      names = "--start",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private SegmentStart start = SegmentStart.INDEPENDENT;

  @Option(
      names = "--router",
      paramLabel = "NAME",
      description = "What is pooled: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private RouterFeatures router = RouterFeatures.HIDDEN;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Memories that sparse reads. Default: ${DEFAULT-VALUE}.")
  private int topK = 4;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 800;

  @Option(
      names = "--compare",
      description =
          "Every variant over linear and delta beside attention, three seeds each; of the options"
              + " above only --steps counts.")
  private boolean compare;

  private final List<LinePlot.Line> curves = new ArrayList<>();

  /** Null where there are several. */
  private MultiLayerNetwork network;

  @Override
  public Integer call() throws Exception {
    output().require();
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
      for (RecallOptions row : rows) {
        TrainingCurve curve = new TrainingCurve();
        RecallRun.Listener listener =
            (step, of, score) -> {
              curve.add(step, score);
              progress.at(++done[0], String.format(Locale.ROOT, "loss %.3f", score));
            };
        results.add(compare ? RecallTable.run(row, listener) : single(row, listener));
        curves.add(curve.line(row.name()));
      }
    }
    report(results);
    return 0;
  }

  private RecallTable.Median single(RecallOptions row, RecallRun.Listener listener) {
    RecallRun run = RecallRun.train(row, listener);
    network = run.network();
    return new RecallTable.Median(row, run.accuracies(), run.seconds());
  }

  private RecallOptions options() {
    if (memory.equals(ATTENTION)) {
      return RecallOptions.of(null, null, seed()).withSteps(steps);
    }
    BaseMemory base = Labels.constant("--memory", memory, BaseMemory.class);
    CachingSpec caching =
        variant.equals(NONE)
            ? null
            : CachingSpec.ofSegments(segment)
                .withVariant(Labels.constant("--variant", variant, CachingVariant.class))
                .withSegmentStart(start)
                .withRouterFeatures(router)
                .withTopK(topK);
    return RecallOptions.of(base, caching, seed()).withSteps(steps);
  }

  private Map<String, Plot> plots(List<RecallTable.Median> results) {
    Map<String, SortedMap<Integer, Double>> lines = new LinkedHashMap<>();
    for (RecallTable.Median result : results) {
      SortedMap<Integer, Double> line = new TreeMap<>();
      result.accuracies().forEach(accuracy -> line.put(accuracy.pairs(), accuracy.share()));
      lines.put(result.options().name(), line);
    }
    Map<String, Plot> plots = new LinkedHashMap<>();
    plots.put("training", LinePlot.training(TITLE, "parameter update", "loss", curves));
    plots.put(
        "accuracy",
        LinePlot.shares(TITLE + ", trained at 32 pairs", "pairs", "share recalled", lines));
    return plots;
  }

  private void report(List<RecallTable.Median> results) throws IOException {
    List<Map<String, Object>> tree = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("model"));
    RecallRun.PAIRS.forEach(pairs -> header.add(pairs + " pairs"));
    header.add("seconds");
    Table table = new Table(header.toArray(String[]::new));
    for (RecallTable.Median result : results) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("model", result.options().name());
      entry.put("steps", result.options().steps());
      entry.put("seconds", result.seconds());
      Map<String, Object> shares = new LinkedHashMap<>();
      List<Object> cells = new ArrayList<>(List.of(result.options().name()));
      for (RecallAccuracy accuracy : result.accuracies()) {
        shares.put(String.valueOf(accuracy.pairs()), accuracy.share());
        cells.add(share(accuracy.share()));
      }
      entry.put("accuracyByPairs", shares);
      tree.add(entry);
      cells.add(String.format(Locale.ROOT, "%.0f", result.seconds()));
      table.row(cells.toArray());
    }
    Map<String, Path> files =
        output().write(TITLE, network, Map.of("rows", tree), table, plots(results));
    if (json()) {
      printJson(Map.of("rows", tree, "files", RunOutput.names(files)));
      return;
    }
    table.print(out());
    RunOutput.print(files, out());
  }
}
