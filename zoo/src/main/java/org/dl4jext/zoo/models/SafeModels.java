package org.dl4jext.zoo.models;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jext.zoo.files.WholeFiles;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Loads and saves model files, and trusts none of them: no code of a file is run, and nothing is
 * allocated because a file says so.
 *
 * <p>A model file is a zip file of the configuration, the parameters and perhaps the updater's
 * state, a normalizer and metadata; DL4J's {@code ModelSerializer} reads what is written here, and
 * its files are read here. A file that is written here ends with a hash of itself, so that a bit
 * that flipped anywhere is noticed. The same model and metadata give the same bytes.
 */
public final class SafeModels {

  private static final String METADATA = "dl4jext.json";
  private static final String NORMALIZER = "normalizer.bin";
  private static final Set<String> ENTRIES =
      Set.of(
          NetworkEntries.CONFIGURATION,
          NetworkEntries.COEFFICIENTS,
          NetworkEntries.UPDATER,
          ModelSerializer.NO_PARAMS_MARKER,
          NORMALIZER,
          METADATA);

  private static final String FORMAT = "format";
  private static final int VERSION = 1;
  private static final int MAX_REASON = 200;

  private SafeModels() {}

  /**
   * Loads a model file within {@link Limits#defaults()}.
   *
   * @throws ModelFileException if the file is not a model that can be read, with the reason
   */
  public static StoredModel load(Path file) throws IOException {
    return load(file, Limits.defaults());
  }

  /**
   * Loads a model file.
   *
   * @throws ModelFileException if the file is not a model that can be read, with the reason
   */
  public static StoredModel load(Path file, Limits limits) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return load(in, file.toString(), limits);
    }
  }

  /**
   * Loads a model from a stream, which is read to its end and not closed.
   *
   * @param name of the stream, for errors
   * @throws ModelFileException if it is not a model that can be read, with the reason
   */
  public static StoredModel load(InputStream in, String name, Limits limits) throws IOException {
    try {
      byte[] bytes = in.readNBytes((int) limits.fileBytes() + 1);
      if (bytes.length > limits.fileBytes()) {
        throw new ModelFileException("more than " + limits.fileBytes() + " bytes");
      }
      return read(bytes, limits);
    } catch (IOException | RuntimeException e) {
      throw new ModelFileException(name + ": not a model that can be read: " + reason(e), e);
    }
  }

  private static StoredModel read(byte[] bytes, Limits limits) throws IOException {
    boolean sealed = Seal.check(bytes);
    ModelArchive archive = new ModelArchive(bytes, limits);
    List<String> leftOut = new ArrayList<>();
    for (String name : archive.names()) {
      if (!ENTRIES.contains(name)) {
        if (!limits.lenient()) {
          throw new ModelFileException(
              "entry " + ModelArchive.shown(name) + " does not belong into a model file");
        }
        leftOut.add("entry " + ModelArchive.shown(name));
      }
    }
    if (archive.names().contains(METADATA) && !sealed) {
      throw new ModelFileException("its hash is missing: the file is damaged or was changed");
    }
    Map<String, Object> metadata = metadata(archive);
    Model model = new NetworkEntries(archive, limits, leftOut).read();
    return new StoredModel(
        model,
        archive.names().contains(NetworkEntries.UPDATER),
        normalizer(archive, leftOut),
        metadata,
        leftOut,
        HexFormat.of().formatHex(Seal.sha256().digest(bytes)));
  }

  private static Map<String, Object> metadata(ModelArchive archive) throws IOException {
    if (!archive.names().contains(METADATA)) {
      return Map.of();
    }
    Map<String, Object> tree =
        new ObjectMapper()
            .readValue(archive.json(METADATA).text(), new TypeReference<Map<String, Object>>() {});
    if (!Integer.valueOf(VERSION).equals(tree.remove(FORMAT))) {
      throw new ModelFileException("the format is not version " + VERSION);
    }
    return tree;
  }

  private static Optional<Normalizer<?>> normalizer(ModelArchive archive, List<String> leftOut)
      throws IOException {
    if (!archive.names().contains(NORMALIZER)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(archive.open(NORMALIZER)))) {
      Optional<Normalizer<?>> normalizer =
          NormalizerEntry.read(NORMALIZER, archive.size(NORMALIZER), in);
      if (normalizer.isEmpty()) {
        leftOut.add("entry '" + NORMALIZER + "', a normalizer of a kind that is not read");
      }
      return normalizer;
    }
  }

  /** The first line of what went wrong at the bottom. */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && !(cause instanceof ModelFileException)) {
      cause = cause.getCause();
    }
    String text = cause.getMessage() == null ? "" : cause.getMessage().strip();
    String line = text.lines().findFirst().orElse("").replaceAll("[^ -~]", "?");
    String kind = cause.getClass().getSimpleName();
    String whole = cause instanceof ModelFileException ? line : kind + " " + line;
    return whole.length() > MAX_REASON ? whole.substring(0, MAX_REASON) : whole.strip();
  }

  /**
   * Saves a model, without the state of its updater.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param metadata what is to be known of the model: strings, numbers, records, lists and maps
   */
  public static void save(Model model, Path file, Map<String, ?> metadata) throws IOException {
    save(StoredModel.of(model, metadata), file);
  }

  /**
   * Saves a model and what belongs to it; a file that is there already stays as it is until the new
   * one is complete.
   *
   * @throws IllegalArgumentException if the file could not be loaded again
   */
  public static void save(StoredModel stored, Path file) throws IOException {
    try (WholeFiles files = new WholeFiles()) {
      Path temporary = files.temporaryFor(file);
      try (ZipOutputStream zip =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)))) {
        zip.setComment(Seal.open());
        write(stored, zip);
      }
      Seal.close(temporary);
      files.publish();
    }
  }

  private static void write(StoredModel stored, ZipOutputStream zip) throws IOException {
    text(NetworkEntries.CONFIGURATION, configuration(stored.model()), zip);
    INDArray parameters = stored.model().params();
    vector(NetworkEntries.COEFFICIENTS, parameters, zip);
    if (parameters == null) {
      begin(ModelSerializer.NO_PARAMS_MARKER, zip);
    }
    INDArray state = stored.updater() ? state(stored.model()) : null;
    if (state != null && state.length() > 0) {
      vector(NetworkEntries.UPDATER, state, zip);
    }
    if (stored.normalizer().isPresent()) {
      begin(NORMALIZER, zip);
      zip.write(NormalizerEntry.write(stored.normalizer().get()));
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, VERSION);
    metadata.putAll(stored.metadata());
    ObjectMapper mapper = new ObjectMapper();
    text(METADATA, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(metadata), zip);
  }

  private static String configuration(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }

  private static INDArray state(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getUpdater().getStateViewArray()
        : ((ComputationGraph) model).getUpdater().getStateViewArray();
  }

  private static void text(String entry, String json, ZipOutputStream zip) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    int largest = Limits.defaults().jsonBytes();
    if (bytes.length > largest) {
      throw new IllegalArgumentException(
          "entry " + entry + " has " + bytes.length + " bytes; allowed: " + largest);
    }
    zip.setLevel(Deflater.DEFAULT_COMPRESSION);
    begin(entry, zip);
    zip.write(bytes);
  }

  /** Numbers hardly get smaller, and zeros would get so small that they look like a trap. */
  private static void vector(String entry, INDArray values, ZipOutputStream zip)
      throws IOException {
    zip.setLevel(Deflater.NO_COMPRESSION);
    begin(entry, zip);
    if (values != null) {
      DataOutputStream out = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
      Nd4j.write(values, out);
      out.flush();
    }
  }

  /** The same time for every entry, so that the same model gives the same bytes. */
  private static void begin(String name, ZipOutputStream zip) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
  }
}
