package org.dl4jext.zoo.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * One golden case: inputs and configuration of an operation, its outputs, and the gradients of sum
 * over the cotangents of {@code <output, cotangent>}.
 *
 * @param op name of the operation
 * @param name name of the case
 * @param config the options
 * @param inputs given arrays
 * @param outputs expected outputs
 * @param cotangents weights of the outputs in the loss
 * @param gradients expected gradients of the loss by inputs
 * @param rtol relative tolerance in float64
 * @param atol absolute tolerance in float64
 * @param float32 whether the case is meant for float32 too
 */
public record GoldenCase(
    String op,
    String name,
    Map<String, Object> config,
    Map<String, GoldenArray> inputs,
    Map<String, GoldenArray> outputs,
    Map<String, GoldenArray> cotangents,
    Map<String, GoldenArray> gradients,
    double rtol,
    double atol,
    boolean float32) {

  private static final Set<String> KEYS =
      Set.of(
          "op",
          "reference",
          "config",
          "layout",
          "inputs",
          "outputs",
          "cotangents",
          "gradients",
          "tolerance",
          "float32",
          "notes",
          "crosschecks");

  /**
   * Reads a case folder.
   *
   * @throws GoldenFormatException if the folder is not a complete case
   */
  static GoldenCase read(Path folder, String op) {
    JsonNode json = json(folder.resolve("case.json"));
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new GoldenFormatException("case.json has the unknown key " + unknown);
    }
    if (!json.path("op").asText().equals(op)) {
      throw new GoldenFormatException(
          "case.json names the op " + json.get("op") + " in the folder of " + op);
    }
    Map<String, Object> config = new LinkedHashMap<>();
    JsonNode options = object(json, "config");
    options
        .fields()
        .forEachRemaining(
            e ->
                config.put(
                    e.getKey(), new ObjectMapper().convertValue(e.getValue(), Object.class)));
    JsonNode tolerance = object(json, "tolerance");
    GoldenCase read =
        new GoldenCase(
            op,
            String.valueOf(folder.getFileName()).replace("/", ""),
            config,
            arrays(folder, json, "inputs"),
            arrays(folder, json, "outputs"),
            arrays(folder, json, "cotangents"),
            arrays(folder, json, "gradients"),
            tolerance(tolerance, "rtol"),
            tolerance(tolerance, "atol"),
            float32(json));
    requireSameShape(read.cotangents, read.outputs, "cotangent", "output");
    requireSameShape(read.gradients, read.inputs, "gradient", "input");
    return read;
  }

  private static JsonNode json(Path file) {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (json == null || !json.isObject()) {
        throw new GoldenFormatException(file + " is not a JSON object");
      }
      return json;
    } catch (IOException e) {
      throw new GoldenFormatException("cannot read " + file, e);
    }
  }

  private static JsonNode object(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isObject()) {
      throw new GoldenFormatException("case.json has no object " + key);
    }
    return value;
  }

  private static Map<String, GoldenArray> arrays(Path folder, JsonNode json, String part) {
    Map<String, GoldenArray> arrays = new LinkedHashMap<>();
    object(json, part)
        .fields()
        .forEachRemaining(
            entry -> arrays.put(entry.getKey(), array(folder, part, entry.getValue())));
    return arrays;
  }

  private static GoldenArray array(Path folder, String part, JsonNode file) {
    String name = file.asText();
    if (!file.isTextual() || name.isEmpty() || name.contains("/") || name.contains("\\")) {
      throw new GoldenFormatException(part + " names " + file + "; allowed: a file of the case");
    }
    return Npy.read(folder.resolve(name));
  }

  private static double tolerance(JsonNode tolerance, String key) {
    JsonNode value = tolerance.path(key);
    if (!value.isNumber() || !(value.asDouble() >= 0)) {
      throw new GoldenFormatException("case.json has the tolerance " + key + " = " + value);
    }
    return value.asDouble();
  }

  private static boolean float32(JsonNode json) {
    JsonNode value = json.path("float32");
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new GoldenFormatException("case.json has float32 = " + value);
    }
    return value.asBoolean(true);
  }

  private static void requireSameShape(
      Map<String, GoldenArray> arrays, Map<String, GoldenArray> of, String what, String whose) {
    arrays.forEach(
        (name, array) -> {
          GoldenArray other = of.get(name);
          if (other == null) {
            throw new GoldenFormatException(what + " of " + name + ": there is no such " + whose);
          }
          if (!other.hasShape(array.shape())) {
            throw new GoldenFormatException(
                what
                    + " of "
                    + name
                    + " has the shape "
                    + Arrays.toString(array.shape())
                    + ", the "
                    + whose
                    + " "
                    + Arrays.toString(other.shape()));
          }
        });
  }

  /** An input that the operation needs, of any shape with so many axes. */
  GoldenArray inputOfRank(int axes, String array) {
    GoldenArray found = inputs.get(array);
    if (found == null) {
      throw new GoldenFormatException("input " + array + " is missing");
    }
    if (found.rank() != axes) {
      throw new GoldenFormatException(
          "input "
              + array
              + " has the shape "
              + Arrays.toString(found.shape())
              + "; allowed: "
              + axes
              + " axes");
    }
    return found;
  }

  /** An input that the operation needs, of this shape. */
  GoldenArray input(String array, long... shape) {
    GoldenArray found = inputOfRank(shape.length, array);
    if (!found.hasShape(shape)) {
      throw new GoldenFormatException(
          "input "
              + array
              + " has the shape "
              + Arrays.toString(found.shape())
              + "; expected: "
              + Arrays.toString(shape));
    }
    return found;
  }

  /** An input that may be absent (then null), of this shape. */
  GoldenArray optionalInput(String array, long... shape) {
    return inputs.containsKey(array) ? input(array, shape) : null;
  }

  /**
   * @throws GoldenFormatException naming what the operation does not know or does not find
   */
  void requireArrays(Set<String> knownInputs, Set<String> allOutputs) {
    requireKnown("input", inputs.keySet(), knownInputs);
    requireKnown("output", outputs.keySet(), allOutputs);
    for (String output : allOutputs) {
      if (!outputs.containsKey(output)) {
        throw new GoldenFormatException("output " + output + " is missing");
      }
    }
  }

  private static void requireKnown(String what, Set<String> names, Set<String> known) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new GoldenFormatException("unknown " + what + " " + String.join(", ", unknown));
    }
  }
}
