package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.cells.LstmConversion;
import org.dl4jext.zoo.models.ModelFileException;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rewrites the LSTM layers of a saved model. */
@Command(
    name = "convert",
    description = {
      "Replaces the LSTM layers of a saved DL4J model by FlashLstm, which is faster and gives the"
          + " same outputs.",
      "Parameters, updater state and counts of iterations are kept; the model itself is not"
          + " changed. Masked steps differ: FlashLstm leaves its state as it was there."
    })
final class ConvertCommand extends Subcommand {

  @Parameters(paramLabel = "MODEL", description = "The file that ModelSerializer wrote.")
  private Path model;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; MODEL with -flash before the extension by default.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(model)) {
      throw new UsageException(model + " is not a file");
    }
    Path target = out == null ? beside(model) : out;
    if (Files.exists(target)) {
      throw new UsageException("--out: " + target + " is there already");
    }
    int count;
    try {
      StoredModel stored = SafeModels.load(model);
      count = count(stored.model());
      SafeModels.save(stored.with(converted(stored.model())), target);
    } catch (ModelFileException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
    report(count, target);
    return ExitCode.OK;
  }

  private static Path beside(Path model) {
    String name = model.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String flash =
        dot > 0 ? name.substring(0, dot) + "-flash" + name.substring(dot) : name + "-flash";
    return model.resolveSibling(flash);
  }

  private int count(Model original) {
    int count =
        original instanceof MultiLayerNetwork network
            ? LstmConversion.count(network)
            : LstmConversion.count((ComputationGraph) original);
    if (count == 0) {
      throw new UnusableContentException(model + ": the model has no LSTM layer of DL4J");
    }
    return count;
  }

  private static Model converted(Model original) {
    return original instanceof MultiLayerNetwork network
        ? LstmConversion.convert(network)
        : LstmConversion.convert((ComputationGraph) original);
  }

  private void report(int count, Path target) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("converted", count);
      result.put("file", target.toString());
      printJson(result);
    } else {
      out().println(count + (count == 1 ? " LSTM" : " LSTMs") + " converted, written to " + target);
    }
  }
}
