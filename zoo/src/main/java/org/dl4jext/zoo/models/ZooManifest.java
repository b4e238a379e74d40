package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dl4jext.zoo.files.WholeFiles;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The list of the shipped models, kept as JSON beside their files.
 *
 * @param format version of the JSON
 * @param models in the order in which they are shown
 */
public record ZooManifest(int format, List<ZooEntry> models) {

  /** Name of the manifest; it stands in the same place as the files. */
  public static final String FILE = "manifest.json";

  /** Place of manifest and files on the class path. */
  public static final String RESOURCES = "/org/dl4jext/zoo/weights/";

  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 1 << 20;

  public ZooManifest {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "ZooManifest: format is " + format + "; allowed: " + FORMAT);
    }
    models = List.copyOf(models);
    Set<String> names = new HashSet<>();
    for (ZooEntry model : models) {
      if (!names.add(model.name())) {
        throw new IllegalArgumentException("ZooManifest: " + model.name() + " is there twice");
      }
    }
  }

  /** A manifest of these models. */
  public static ZooManifest of(List<ZooEntry> models) {
    return new ZooManifest(FORMAT, models);
  }

  /** The manifest of the models inside the jar; empty if there is none. */
  public static ZooManifest bundled() throws IOException {
    try (InputStream in = ZooManifest.class.getResourceAsStream(RESOURCES + FILE)) {
      return in == null ? of(List.of()) : read(in, "the manifest of the jar");
    }
  }

  /**
   * Reads a manifest.
   *
   * @param name of the stream, for errors
   * @throws IOException if it is none, with what is wrong
   */
  public static ZooManifest read(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new IOException(name + " is larger than " + MAX_BYTES + " bytes");
    }
    try {
      return new ObjectMapper().readValue(bytes, ZooManifest.class);
    } catch (IOException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      throw new IOException(name + " cannot be read: " + reason, e);
    }
  }

  /** Writes the manifest into a folder. */
  public void write(Path folder) throws IOException {
    try (WholeFiles files = new WholeFiles()) {
      Files.write(
          files.temporaryFor(folder.resolve(FILE)),
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
      files.publish();
    }
  }

  /**
   * The model of a name.
   *
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public ZooEntry model(String name) {
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no model '"
                        + name
                        + "'; there are "
                        + models.stream().map(ZooEntry::name).toList()));
  }
}
