package org.dl4jext.zoo.models;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One shipped model.
 *
 * @param name what the command line calls it: lower-case letters, digits and dashes
 * @param file the file's name: the name, a dash, the first {@value #HASH_DIGITS} digits of the
 *     hash, {@code .zip}
 * @param sha256 of the file, 64 hexadecimal digits
 * @param bytes size of the file
 * @param modelClass class that makes this model, a {@code ZooModel}
 * @param task what it was trained for, in a few words
 * @param metrics what was measured, by name
 * @param command that trained it
 * @param versions of what it was trained with, by name
 * @param parameters number of parameters
 * @param seed of parameters and data
 */
public record ZooEntry(
    String name,
    String file,
    String sha256,
    long bytes,
    String modelClass,
    String task,
    Map<String, Double> metrics,
    String command,
    Map<String, String> versions,
    long parameters,
    long seed) {

  private static final int HASH_DIGITS = 16;

  public ZooEntry {
    require("name", name, name != null && name.matches("[a-z0-9]+(-[a-z0-9]+)*"));
    require("sha256", sha256, sha256 != null && sha256.matches("[0-9a-f]{64}"));
    require("file", file, fileName(name, sha256).equals(file));
    require("bytes", bytes, bytes > 0);
    require("parameters", parameters, parameters >= 0);
    for (String text : new String[] {modelClass, task, command}) {
      require("modelClass, task or command", text, text != null && !text.isBlank());
    }
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  private static void require(String component, Object value, boolean valid) {
    if (!valid) {
      throw new IllegalArgumentException("ZooEntry: " + component + " is " + value);
    }
  }

  /** Name of the file of a model: another content has another name. */
  public static String fileName(String name, String sha256) {
    return name + "-" + sha256.substring(0, HASH_DIGITS) + ".zip";
  }
}
