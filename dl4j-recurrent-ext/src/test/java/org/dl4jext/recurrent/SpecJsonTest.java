package org.dl4jext.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.dl4jext.samediff.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;

/** Specs in JSON and YAML. */
class SpecJsonTest {

  /** A closed choice. */
  sealed interface Shape permits Circle, Square {}

  /** One choice. */
  record Circle(double radius) implements Shape {}

  /** Another. */
  record Square(int side) implements Shape {}

  /** Constants with bodies are classes of their own. */
  enum Mode {
    PLAIN {
      @Override
      int code() {
        return 1;
      }
    },
    FANCY {
      @Override
      int code() {
        return 2;
      }
    };

    abstract int code();
  }

  /** Every kind of component. */
  record Example(
      int count, double rate, boolean on, Mode mode, Shape shape, List<Shape> shapes, String name)
      implements Spec<Example> {
    Example {
      if (count < 1) {
        throw new IllegalArgumentException("Example: count is " + count + "; allowed: 1 and more");
      }
    }
  }

  /** Holds a spec as a layer does. */
  static final class Holder {
    @JsonProperty
    @JsonSerialize(using = SpecJson.Writer.class)
    @JsonDeserialize(using = SpecJson.Reader.class)
    Example spec;
  }

  private static final Example EXAMPLE =
      new Example(
          3,
          1e-6,
          true,
          Mode.FANCY,
          new Square(2),
          List.of(new Circle(0.5), new Square(4)),
          "a: b");

  private static String write(ObjectMapper mapper) throws IOException {
    Holder holder = new Holder();
    holder.spec = EXAMPLE;
    return mapper.writeValueAsString(holder);
  }

  @Test
  void allKindsOfComponentsSurvive() throws IOException {
    ObjectMapper json = NeuralNetConfiguration.mapper();
    assertEquals(EXAMPLE, json.readValue(write(json), Holder.class).spec);
    ObjectMapper yaml = NeuralNetConfiguration.mapperYaml();
    assertEquals(EXAMPLE, yaml.readValue(write(yaml), Holder.class).spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"count\" : 3|\"count\" : 2.5|count",
        "\"count\" : 3|\"count\" : 0|count is 0",
        "\"count\" : 3|\"count\" : \"three\"|count",
        "\"count\" : 3|\"counts\" : 3|counts",
        "\"rate\" : 1.0E-6,|``|rate",
        "\"rate\" : 1.0E-6|\"rate\" : true|rate",
        "\"on\" : true|\"on\" : 1|on",
        "FANCY|FANCIER|FANCIER",
        "\"type\" : \"Square\"|\"type\" : \"Hexagon\"|Hexagon",
        "\"side\" : 2|\"sides\" : 2|sides",
        "\"radius\" : 0.5|\"radius\" : 0.5, \"extra\" : 1|shapes[0] has no property 'extra'"
      })
  void mistakesAreNamed(String from, String to, String named) throws IOException {
    ObjectMapper json = NeuralNetConfiguration.mapper();
    String text = write(json);
    String broken = text.replace(from, to);
    assertTrue(!text.equals(broken), "'" + from + "' is not in " + text);
    IOException refused =
        assertThrows(IOException.class, () -> json.readValue(broken, Holder.class));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }
}
