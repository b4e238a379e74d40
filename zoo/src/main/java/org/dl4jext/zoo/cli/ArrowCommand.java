package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.zoo.files.WholeFiles;
import org.dl4jext.zoo.plot.ContactSheet;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.plstm.ArrowRun;
import org.dl4jext.zoo.plstm.PlstmVis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train arrow}: does an arrow point into a circle, on grids of cells? */
@Command(
    name = "arrow",
    description = {
      "Trains pLSTM-Vis to tell whether an arrow points into a circle.",
      "Trained on small grids of cells, and tested on the same and on larger ones."
    })
final class ArrowCommand extends TrainingCommand {

  private static final int SHEET = 48;
  private static final int SHEET_COLUMNS = 8;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Training steps of 64 grids. Default: ${DEFAULT-VALUE}.")
  private int steps = 1500;

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "Cells along an axis while training. Default: ${DEFAULT-VALUE}.")
  private int cells = 8;

  @Option(
      names = "--gates",
      paramLabel = "NAME",
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
    output().require();
    if (steps < 1) {
      throw new UsageException("--steps is " + steps + "; allowed: 1 and more");
    }
    if (cells < 8 || cells > 64) {
      throw new UsageException("--cells is " + cells + "; allowed: 8 to 64");
    }
    if (contactSheet != null) {
      writePictures();
      return 0;
    }
    TrainingCurve curve = new TrainingCurve();
    ArrowRun run;
    try (Progress progress = progress("arrow", steps)) {
      run =
          ArrowRun.train(
              task -> PlstmVis.tiny(cells, task).withGateWeights(gates),
              steps,
              cells,
              new int[] {cells, cells * 3 / 2, cells * 2},
              seed(),
              (step, all, loss) -> {
                curve.add(step, loss);
                progress.at(step, String.format(Locale.ROOT, "loss %.3f", loss));
              });
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("parameters", run.network().numParams());
    tree.put("steps", steps);
    tree.put("seed", seed());
    tree.put("seconds", run.seconds());
    tree.put("accuracies", run.accuracies());
    Table table = new Table("cells", "accuracy");
    run.accuracies().forEach((size, share) -> table.row(size + " x " + size, share(share)));
    String title = "Arrow pointing, pLSTM-Vis";
    Map<String, Plot> plots = new LinkedHashMap<>();
    plots.put(
        "training",
        LinePlot.training(title, "parameter update", "loss", List.of(curve.line("training"))));
    plots.put(
        "accuracy",
        LinePlot.shares(
            title + ", trained on " + cells + " x " + cells,
            "cells along an axis",
            "accuracy",
            Map.of("test", new TreeMap<>(run.accuracies()))));
    Map<String, Path> files = output().write(title, run.network(), tree, table, plots);
    if (json()) {
      tree.put("files", RunOutput.names(files));
      printJson(tree);
      return 0;
    }
    out().printf(Locale.ROOT, "%d parameters, %.0f s%n", run.network().numParams(), run.seconds());
    table.print(out());
    RunOutput.print(files, out());
    return 0;
  }

  private void writePictures() throws IOException {
    Path parent = contactSheet.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(contactSheet)) {
      throw new UsageException(
          "--contact-sheet is " + contactSheet + "; needed: a file in an existing directory");
    }
    try (WholeFiles files = new WholeFiles()) {
      ContactSheet.of("arrows", ArrowRun.pictures(cells, SHEET, seed()), SHEET_COLUMNS)
          .write(files.temporaryFor(contactSheet));
      files.publish();
    }
    out().println("pictures " + contactSheet);
  }
}
