package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

/**
 * A value of a YAML file that knows its line.
 *
 * @param value a {@code Map<String, YamlNode>}, a {@code List<YamlNode>}, a string, a number, a
 *     boolean, or null
 * @param line from 1
 */
record YamlNode(Object value, int line) {

  /**
   * Reads a text.
   *
   * @param file for errors
   * @throws SpaceException if it is not YAML, or a key comes twice
   */
  static YamlNode read(String file, String text) {
    YAMLFactory factory = new YAMLFactory();
    factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    try (JsonParser parser = factory.createParser(text)) {
      return parser.nextToken() == null ? new YamlNode(Map.of(), 1) : read(parser);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String problem = e.getOriginalMessage().strip().lines().findFirst().orElse("");
      throw new SpaceException(file, Math.max(1, line), "", "not YAML: " + problem);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read a string", e);
    }
  }

  private static YamlNode read(JsonParser parser) throws IOException {
    int line = parser.getTokenLocation().getLineNr();
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.getCurrentName();
          parser.nextToken();
          fields.put(name, read(parser));
        }
        return new YamlNode(fields, line);
      }
      case START_ARRAY -> {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(read(parser));
        }
        return new YamlNode(items, line);
      }
      default -> {
        return new YamlNode(scalar(parser), line);
      }
    }
  }

  private static Object scalar(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> number(parser.getText());
    };
  }

  private static Object number(JsonParser parser) throws IOException {
    return parser.getNumberValue();
  }

  /** YAML 1.1 takes 1e-3 for text, since it has no point. */
  private static Object number(String text) {
    return text.matches("[-+]?[0-9]+[eE][-+]?[0-9]+") ? (Object) Double.valueOf(text) : text;
  }

  @SuppressWarnings("unchecked")
  Map<String, YamlNode> fields() {
    return (Map<String, YamlNode>) value;
  }

  @SuppressWarnings("unchecked")
  List<YamlNode> items() {
    return (List<YamlNode>) value;
  }

  boolean isMap() {
    return value instanceof Map;
  }

  boolean isList() {
    return value instanceof List;
  }

  /** The value as it would stand in a message. */
  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
