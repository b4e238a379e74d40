package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.datasets.CsvException;
import org.dl4jext.datasets.Digits;
import org.dl4jext.zoo.catalogue.Labels;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.dl4jext.zoo.plstm.DigitsRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recurrent train digits}: handwritten digits as sequences or as images. */
@Command(
    name = "digits",
    description = {
      "Trains on handwritten digits of 8 x 8 pixels.",
      "As sequences of 64 steps or (plstm-2d) as images; a fifth of them tests."
    })
final class DigitsCommand extends TrainingCommand {

  private static final double TRAIN_SHARE = 0.8;
  private static final long SPLIT_SEED = 7;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "64 pixels and the digit on each line. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("docs/data/digits/digits.csv.gz");

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "plstm, plstm-2d, lstm or delta-product. Default: ${DEFAULT-VALUE}.")
  private String layer = "plstm";

  @Option(names = "--epochs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs = 40;

  private DigitsRun.Layer layer() {
    try {
      return Labels.constant("--layer", layer, DigitsRun.Layer.class);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  @Override
  public Integer call() throws IOException {
    output().require();
    if (epochs < 1) {
      throw new UsageException("--epochs is " + epochs + "; allowed: 1 and more");
    }
    DigitsRun.Layer chosen = layer();
    ForecastData.requireFile(data);
    Digits digits;
    try {
      digits = Digits.read(data, TRAIN_SHARE, SPLIT_SEED);
    } catch (CsvException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
    TrainingCurve curve = new TrainingCurve();
    DigitsRun run;
    try (Progress progress = progress("digits " + layer, DigitsRun.steps(digits, epochs))) {
      run =
          DigitsRun.train(
              chosen,
              digits,
              epochs,
              seed(),
              (step, steps, loss) -> {
                curve.add(step, loss);
                progress.at(step, String.format(Locale.ROOT, "loss %.3f", loss));
              });
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("layer", layer);
    tree.put("epochs", epochs);
    tree.put("seed", seed());
    tree.put("parameters", run.network().numParams());
    tree.put("trainSize", digits.trainSize());
    tree.put("testSize", digits.testSize());
    tree.put("accuracy", run.accuracy());
    tree.put("seconds", run.seconds());
    String title = "Handwritten digits, " + layer;
    Table table =
        new Table("layer", "parameters", "test accuracy")
            .row(layer, run.network().numParams(), share(run.accuracy()));
    Plot training =
        LinePlot.training(title, "parameter update", "loss", List.of(curve.line("training")));
    Map<String, Path> files =
        output().write(title, run.network(), tree, table, Map.of("training", training));
    if (json()) {
      tree.put("files", RunOutput.names(files));
      printJson(tree);
      return 0;
    }
    out()
        .printf(
            Locale.ROOT,
            "%s: %d parameters, test accuracy %.4f of %d, %.0f s%n",
            layer,
            run.network().numParams(),
            run.accuracy(),
            digits.testSize(),
            run.seconds());
    RunOutput.print(files, out());
    return 0;
  }
}
