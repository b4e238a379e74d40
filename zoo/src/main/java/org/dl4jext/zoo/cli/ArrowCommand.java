package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.zoo.plot.ContactSheet;
import org.dl4jext.zoo.plstm.ArrowRun;
import org.dl4jext.zoo.plstm.PlstmVis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train arrow}: does an arrow point into a circle, on grids of cells? */
@Command(
    name = "arrow",
    description = {
      "Trains pLSTM-Vis to tell whether an arrow points into a circle, on small grids",
      "of cells, and tests it on the same and on larger grids."
    })
final class ArrowCommand extends TrainingCommand {

  private static final int SHEET = 48;
  private static final int SHEET_COLUMNS = 8;

  @Option(names = "--steps", description = "Training steps of 64 grids. Default: ${DEFAULT-VALUE}.")
  private int steps = 1500;

  @Option(
      names = "--cells",
      description = "Cells along an axis while training. Default: ${DEFAULT-VALUE}.")
  private int cells = 8;

  @Option(
      names = "--gates",
      description =
          "Gates that depend on the input: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private PlstmGateWeights gates = PlstmGateWeights.TRANSITION;

  @Option(
      names = "--contact-sheet",
      paramLabel = "FILE",
      description = "Writes 48 pictures as PNG instead, those that point in orange frames.")
  private Path contactSheet;

  @Override
  public Integer call() throws IOException {
    if (steps < 1) {
      throw new UsageException("--steps is " + steps + "; allowed: 1 and more");
    }
    if (cells < 8 || cells > 64) {
      throw new UsageException("--cells is " + cells + "; allowed: 8 to 64");
    }
    if (contactSheet != null) {
      Path parent = contactSheet.toAbsolutePath().getParent();
      if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(contactSheet)) {
        throw new UsageException(
            "--contact-sheet is " + contactSheet + "; needed: a file in an existing directory");
      }
      ContactSheet.write(ArrowRun.pictures(cells, SHEET, seed()), SHEET_COLUMNS, contactSheet);
      out().println("pictures " + contactSheet);
      return 0;
    }
    PlstmVis tiny = PlstmVis.tiny();
    PlstmVis model = tiny.withSpec(tiny.spec().withGateWeights(gates));
    ArrowRun run;
    try (Progress progress = progress("arrow", steps)) {
      run =
          ArrowRun.train(
              model,
              steps,
              cells,
              new int[] {cells, cells * 3 / 2, cells * 2},
              seed(),
              (step, all, loss) ->
                  progress.at(step, String.format(Locale.ROOT, "loss %.3f", loss)));
    }
    if (json()) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("parameters", run.network().numParams());
      tree.put("steps", steps);
      tree.put("seed", seed());
      tree.put("seconds", run.seconds());
      tree.put("accuracies", run.accuracies());
      printJson(tree);
      return 0;
    }
    out().printf(Locale.ROOT, "%d parameters, %.0f s%n", run.network().numParams(), run.seconds());
    Table table = new Table("cells", "accuracy");
    run.accuracies().forEach((size, share) -> table.row(size + " x " + size, share(share)));
    table.print(out());
    return 0;
  }
}
