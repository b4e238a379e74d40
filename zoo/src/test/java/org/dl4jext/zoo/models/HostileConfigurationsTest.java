package org.dl4jext.zoo.models;

import static org.dl4jext.zoo.models.Refusals.refusal;
import static org.dl4jext.zoo.models.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that someone made to load classes, to fill the memory, or to take long. */
class HostileConfigurationsTest {

  private static final String CONFIGURATION = "configuration.json";

  /** A file of DL4J, which has no hash. */
  private static byte[] plain;

  private static String json;

  @BeforeAll
  static void writeModel() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(SmallModels.trainedNetwork(), bytes, true);
    plain = bytes.toByteArray();
    json = new String(Zips.entries(plain).get(CONFIGURATION), StandardCharsets.UTF_8);
    Refusals.load(plain);
  }

  private static byte[] withJson(String text) throws IOException {
    return Zips.with(plain, CONFIGURATION, text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javax.swing.JEditorPane",
        "org.nd4j.linalg.dataset.DataSet",
        "org.dl4jext.zoo.models.HostileModelFilesTest$LoadedWithTrace<java.lang.String>",
        "org.deeplearning4j.nn.conf.layers.LSTM<java.util.HashMap>",
        "[Ljava.lang.String;",
        "com.sun.rowset.JdbcRowSetImpl"
      })
  void aForeignClassIsRefusedBeforeJacksonSeesIt(String name) throws IOException {
    String known = "org.deeplearning4j.nn.conf.layers.LSTM";
    refused(withJson(json.replace("\"" + known, "\"" + name)), "not allowed");
    String escaped = json.replace("\"@class\" : \"" + known, "\"\\u0040class\" : \"" + name);
    assertFalse(escaped.equals(json));
    refused(withJson(escaped), "not allowed");
    refused(withJson("{\"type\" : \"" + name + "\"," + json.substring(1)), "not allowed");
    assertFalse(HostileModelFilesTest.Trace.left);
  }

  @Test
  void aClassOfTheCallerIsAllowedWhenTheCallerSaysSo() throws IOException {
    String name = "com.acme.Layer";
    byte[] file =
        withJson(json.replace("\"org.deeplearning4j.nn.conf.layers.LSTM\"", "\"" + name + "\""));
    refused(file, name);
    Limits limits = Limits.defaults().withClasses(name);
    String message =
        assertThrows(
                ModelFileException.class,
                () -> SafeModels.load(new ByteArrayInputStream(file), "it", limits))
            .getMessage();
    assertFalse(message.contains("not allowed"), message); // it is not on the class path
  }

  @Test
  void anUnknownPropertyIsRefusedOrLeftOutWithItsPath() throws IOException {
    byte[] file = withJson(json.replaceFirst("\"nout\" : 8", "\"nout\" : 8, \"noutt\" : 9"));
    refused(file, "confs/0/layer/noutt");
    Limits lenient = Limits.defaults().leavingOut();
    StoredModel stored = SafeModels.load(new ByteArrayInputStream(file), "it", lenient);
    assertEquals("[property 'confs/0/layer/noutt']", stored.leftOut().toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 1 << 20, Integer.MAX_VALUE, 1L << 32, 1L << 60, Long.MAX_VALUE, -8, 0})
  void sizesThatTheParametersDoNotFillAreRefusedBeforeAnythingIsAllocated(long size)
      throws IOException {
    long before = Pointer.totalBytes();
    String one = json.replaceFirst("\"nout\" : 8", "\"nout\" : " + size);
    String both = one.replaceFirst("\"nin\" : 3", "\"nin\" : " + size);
    for (String changed : List.of(one, both)) {
      String message = refusal(withJson(changed));
      assertTrue(
          size <= 0 || message.contains("the configuration has") || message.contains("sizes"),
          message);
    }
    assertTrue(Pointer.totalBytes() - before < 1 << 20);
  }

  @Test
  void jsonThatIsTooDeepTooLongOrSaidTwiceIsRefused() throws IOException {
    String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "," + json.substring(1);
    refused(withJson(deep), "nested deeper");
    String many = "{\"confs\":[" + "{},".repeat(600_000) + "{}]}"; // of layers, each an object
    refused(withJson(many), "more than 16384 objects");
    refused(withJson("{\"x\":" + "1".repeat(1_000_000) + "," + json.substring(1)), "digits");
    refused(withJson(json.replaceFirst("\\{", "{\"confs\":[],")), "Duplicate");
    refused(withJson(json + json), "goes on");
    refused(withJson("[]"), "no JSON object");
    refused(withJson("{\"x\":\"" + "y".repeat(3 << 20) + "\"}"), "larger than");
    refused(Zips.with(plain, CONFIGURATION, json.getBytes(StandardCharsets.UTF_16)), "");
  }
}
