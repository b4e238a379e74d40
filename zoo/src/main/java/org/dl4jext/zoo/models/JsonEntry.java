package org.dl4jext.zoo.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * The text of a JSON entry, looked through before anything is made of it: its depth, how many
 * objects it has, names that stand twice, numbers too long to be read quickly, and the classes that
 * it names.
 *
 * @param text the JSON
 * @param names of the properties of the outermost object
 */
record JsonEntry(String text, Set<String> names) {

  private static final int LONGEST_NUMBER = 64;

  /** DL4J's name for the class of an object. */
  private static final String CLASS = "@class";

  /** DL4J's name for the class of a distribution; elsewhere a plain word. */
  private static final String TYPE = "type";

  static JsonEntry of(String entry, byte[] bytes, Limits limits) throws IOException {
    // Decoded here, since a parser of bytes guesses the encoding.
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    JsonFactory factory =
        JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    Set<String> names = new HashSet<>();
    try (JsonParser parser = factory.createParser(text)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new ModelFileException("entry " + entry + " is no JSON object");
      }
      int depth = 1;
      int objects = 1;
      while (depth > 0) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw new ModelFileException("entry " + entry + " ends too early");
        }
        if (token.isStructStart()) {
          depth++;
          objects++;
          checkSize(entry, depth, objects, limits);
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.FIELD_NAME && depth == 1) {
          names.add(parser.getCurrentName());
        } else if (token.isScalarValue()) {
          check(entry, parser, token, limits);
        }
      }
      if (parser.nextToken() != null) {
        throw new ModelFileException("entry " + entry + " goes on after its object");
      }
    }
    return new JsonEntry(text, names);
  }

  private static void checkSize(String entry, int depth, int objects, Limits limits)
      throws ModelFileException {
    if (depth > limits.jsonDepth()) {
      throw new ModelFileException(
          "entry " + entry + " is nested deeper than " + limits.jsonDepth());
    }
    if (objects > limits.jsonObjects()) {
      throw new ModelFileException(
          "entry " + entry + " has more than " + limits.jsonObjects() + " objects and arrays");
    }
  }

  private static void check(String entry, JsonParser parser, JsonToken token, Limits limits)
      throws IOException {
    if (token.isNumeric() && parser.getTextLength() > LONGEST_NUMBER) {
      throw new ModelFileException("entry " + entry + " holds a number of too many digits");
    }
    if (token != JsonToken.VALUE_STRING) {
      return;
    }
    String name = parser.getCurrentName();
    String value = parser.getText();
    boolean isClass = CLASS.equals(name) || (TYPE.equals(name) && value.indexOf('.') >= 0);
    if (isClass && !AllowedClasses.allows(value, limits.classes())) {
      throw new ModelFileException(
          "entry "
              + entry
              + " names the class "
              + ModelArchive.shown(value)
              + ", which is not allowed there");
    }
  }
}
