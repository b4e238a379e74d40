package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jext.recurrent.cells.LstmConversion;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rewrites the LSTM layers of a saved model. */
@Command(
    name = "convert",
    description = {
      "Replace the LSTM layers of a saved DL4J model by FlashLstm, which is faster and gives the"
          + " same outputs.",
      "Parameters, updater state and counts of iterations are kept; the model itself is not"
          + " changed. Masked steps differ: FlashLstm leaves its state as it was there."
    })
final class ConvertCommand extends Subcommand {

  private static final String CONFIGURATION = ModelSerializer.CONFIGURATION_JSON;

  /** What ModelSerializer writes from the network; everything else is copied. */
  private static final Set<String> OF_NETWORK =
      Set.of(
          CONFIGURATION,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.NO_PARAMS_MARKER,
          ModelSerializer.UPDATER_BIN);

  private static final String SERIALIZED_OBJECT = "preprocessor.bin";
  private static final long MAX_ENTRY = 1L << 30;

  @Parameters(paramLabel = "MODEL", description = "The file that ModelSerializer wrote.")
  private Path model;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; MODEL with -flash before the extension by default.")
  private Path out;

  @Override
  public Integer call() {
    if (!Files.isRegularFile(model)) {
      throw new UsageException(model + " is not a file");
    }
    Path target = out == null ? beside(model) : out;
    if (Files.exists(target)) {
      throw new UsageException("--out: " + target + " is there already");
    }
    int count;
    try (ZipFile zip = new ZipFile(model.toFile())) {
      requireEntries(zip);
      count = convert(zip, target);
    } catch (IOException e) {
      throw new UnusableContentException(
          model + ": not a model that can be read: " + e.getMessage());
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

  private void requireEntries(ZipFile zip) {
    if (zip.getEntry(CONFIGURATION) == null) {
      throw new UnusableContentException(model + ": there is no entry " + CONFIGURATION);
    }
    if (zip.getEntry(SERIALIZED_OBJECT) != null) {
      throw new UnusableContentException(
          model
              + ": the entry "
              + SERIALIZED_OBJECT
              + " holds a serialized Java object, which would run code when it is read");
    }
    Set<String> large = new TreeSet<>();
    zip.stream().filter(e -> e.getSize() > MAX_ENTRY).forEach(e -> large.add(e.getName()));
    if (!large.isEmpty()) {
      throw new UnusableContentException(
          model + ": entries " + large + " are larger than " + MAX_ENTRY + " bytes");
    }
  }

  private int convert(ZipFile zip, Path target) throws IOException {
    JsonNode json;
    try (var in = zip.getInputStream(zip.getEntry(CONFIGURATION))) {
      json = new ObjectMapper().readTree(in);
    }
    boolean updater = zip.getEntry(ModelSerializer.UPDATER_BIN) != null;
    if (json.has("vertices")) {
      ComputationGraph graph = ComputationGraph.load(model.toFile(), updater);
      int count = LstmConversion.count(graph);
      requireLstm(count);
      write(LstmConversion.convert(graph), updater, zip, target);
      return count;
    }
    MultiLayerNetwork network = MultiLayerNetwork.load(model.toFile(), updater);
    int count = LstmConversion.count(network);
    requireLstm(count);
    write(LstmConversion.convert(network), updater, zip, target);
    return count;
  }

  private void requireLstm(int count) {
    if (count == 0) {
      throw new UnusableContentException(model + ": the model has no LSTM layer of DL4J");
    }
  }

  private static void write(Model converted, boolean updater, ZipFile original, Path target)
      throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Path plain = Files.createTempFile(folder, ".network", ".zip");
    Path whole = Files.createTempFile(folder, ".model", ".zip");
    try {
      ModelSerializer.writeModel(converted, plain.toFile(), updater);
      try (ZipFile network = new ZipFile(plain.toFile());
          OutputStream stream = Files.newOutputStream(whole);
          ZipOutputStream zip = new ZipOutputStream(stream)) {
        copy(network, zip, Set.of());
        copy(original, zip, OF_NETWORK);
      }
      Files.move(whole, target);
    } finally {
      Files.deleteIfExists(plain);
      Files.deleteIfExists(whole);
    }
  }

  private static void copy(ZipFile from, ZipOutputStream to, Set<String> without)
      throws IOException {
    Enumeration<? extends ZipEntry> entries = from.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = entries.nextElement();
      if (!without.contains(entry.getName())) {
        to.putNextEntry(new ZipEntry(entry.getName()));
        from.getInputStream(entry).transferTo(to);
      }
    }
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
