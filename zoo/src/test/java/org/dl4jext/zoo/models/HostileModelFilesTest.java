package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that someone made to run code, to fill the memory, or to end the JVM. */
class HostileModelFilesTest {

  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";

  /** A file of DL4J, which has no hash. */
  private static byte[] plain;

  private static String json;

  @BeforeAll
  static void writeModel() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(SmallModels.trainedNetwork(), bytes, true);
    plain = bytes.toByteArray();
    json = new String(Zips.entries(plain).get(CONFIGURATION), StandardCharsets.UTF_8);
    load(plain);
  }

  static StoredModel load(byte[] file) throws IOException {
    return SafeModels.load(new ByteArrayInputStream(file), "it", Limits.defaults());
  }

  private static String refusal(byte[] file) {
    String message = assertThrows(ModelFileException.class, () -> load(file)).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.startsWith("it: not a model that can be read: "), message);
    return message;
  }

  private static void refused(byte[] file, String word) {
    String message = refusal(file);
    assertTrue(message.contains(word), message);
  }

  private static byte[] withJson(String text) throws IOException {
    return Zips.with(plain, CONFIGURATION, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Notes that it was read. */
  static final class Payload implements Serializable {
    private static final long serialVersionUID = 1L;
    private static boolean ran;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      ran = true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"preprocessor.bin", "updater.bin", "objects/labels", "normalizer.bin"})
  void aSerializedObjectIsNeverRead(String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Payload());
    }
    byte[] file = Zips.with(plain, entry, bytes.toByteArray());
    refusal(file);
    if (!entry.equals("normalizer.bin")) {
      refused(file, entry);
      Limits lenient = Limits.defaults().leavingOut();
      StoredModel stored = SafeModels.load(new ByteArrayInputStream(file), "it", lenient);
      assertEquals("[entry '" + entry + "']", stored.leftOut().toString());
    }
    assertFalse(Payload.ran);
  }

  @Test
  void aCustomNormalizerNamesNoClassToLoad() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("CUSTOM");
    out.writeUTF(LoadedWithTrace.class.getName());
    StoredModel stored = load(Zips.with(plain, "normalizer.bin", bytes.toByteArray()));
    assertEquals(1, stored.leftOut().size());
    assertFalse(Trace.left);
  }

  /** Kept apart, so that asking does not load the other class. */
  static final class Trace {
    private static boolean left;
  }

  static final class LoadedWithTrace {
    static {
      Trace.left = true;
    }
  }

  @Test
  void anEntryOfOneGibibyteInAMegabyteDoesNotFillTheMemory() throws IOException {
    byte[] bomb = Zips.withZeros(plain, COEFFICIENTS, 1 << 10);
    assertTrue(bomb.length < 1_200_000, "bytes " + bomb.length);
    for (byte[] file : List.of(bomb, Zips.replaced(bomb, COEFFICIENTS, "something.nobody"))) {
      long taken = memory(() -> refused(file, "inflates"));
      assertTrue(taken < 16 << 20, "bytes " + taken);
    }
  }

  /** Bytes that the task takes or more: all that it puts on the heap, and what it keeps beside. */
  private static long memory(Executable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long heap = threads.getCurrentThreadAllocatedBytes();
    long other = Pointer.totalBytes();
    assertDoesNotThrow(task);
    return threads.getCurrentThreadAllocatedBytes() - heap + Pointer.totalBytes() - other;
  }

  @Test
  void aModelThatInflatesAsFarAsItMayStaysWithinTheMemory() throws IOException {
    // 31 MiB of zeros as parameters, as many as the configuration says: read as they come.
    int inputs = (31 << 20) / 4 / 8;
    byte[] file = LargeModels.ofZeros(inputs, 8);
    assertTrue(file.length < 1 << 20, "bytes " + file.length);
    long taken = memory(() -> load(file));
    assertTrue(taken < 128 << 20, "bytes " + taken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/pass",
        "/etc/passwords",
        "..\\windows.bin",
        "C:/windows.bin",
        "a/../../b.json"
      })
  void anEntryThatMeansAnotherPlaceIsRefused(String name) throws IOException {
    String standIn = "x".repeat(name.length());
    byte[] file = Zips.replaced(Zips.with(plain, standIn, new byte[3]), standIn, name);
    refused(file, "not allowed");
    Limits lenient = Limits.defaults().leavingOut();
    assertThrows(
        ModelFileException.class,
        () -> SafeModels.load(new ByteArrayInputStream(file), "it", lenient));
  }

  @Test
  void anEntryThatIsThereTwiceIsRefused() throws IOException {
    byte[] two = Zips.with(plain, "coefficients.bim", new byte[3]);
    refused(Zips.replaced(two, "coefficients.bim", COEFFICIENTS), "twice");
  }

  @Test
  void moreEntriesThanAllowedAreRefused() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>(Zips.entries(plain));
    for (int i = 0; i < 1000; i++) {
      entries.put("e" + i, new byte[0]);
    }
    refused(Zips.of(entries), "more than 16 entries");
  }

  @Test
  void somethingBeforeOrAfterTheZipFileIsRefused() {
    byte[] after = Arrays.copyOf(plain, plain.length + 1);
    refused(after, "end of the zip file");
    byte[] before = new byte[plain.length + 1];
    System.arraycopy(plain, 0, before, 1, plain.length);
    refused(before, "no zip file");
    refused(new byte[0], "no zip file");
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
    assertFalse(Trace.left);
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
    refusal(withJson(json.replaceFirst("\"nout\" : 8", "\"nout\" : " + size)));
    String both = json.replaceFirst("\"nout\" : 8", "\"nout\" : " + size);
    refusal(withJson(both.replaceFirst("\"nin\" : 3", "\"nin\" : " + size)));
    assertTrue(Pointer.totalBytes() - before < 1 << 20);
  }

  @Test
  void aVectorThatSaysItIsLongerThanItsEntryIsRefused() throws IOException {
    byte[] file = LargeModels.ofZeros(3, 8);
    String said = new String(Zips.entries(file).get(CONFIGURATION), StandardCharsets.UTF_8);
    said = said.replaceFirst("\"nin\" : 3", "\"nin\" : " + (1 << 30));
    long length = 8L * (1 << 30) + 8 * 8 + 8 + 8 * 2 + 2;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    long[] shape = {2, 1, length, length, 1, 0, 1, 'c'};
    out.writeUTF("LONG_SHAPE");
    out.writeLong(shape.length);
    out.writeUTF("LONG");
    for (long number : shape) {
      out.writeLong(number);
    }
    out.writeUTF("LONG_SHAPE");
    out.writeLong(length);
    out.writeUTF("FLOAT");
    out.writeFloat(1);
    file = Zips.with(file, CONFIGURATION, said.getBytes(StandardCharsets.UTF_8));
    refused(Zips.with(file, COEFFICIENTS, bytes.toByteArray()), "fewer values");
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

  @Test
  void aVectorThatLiesAboutItselfIsRefused() throws IOException {
    byte[] vector = Zips.entries(plain).get(COEFFICIENTS);
    for (int at = 0; at < 120; at++) { // the two headers
      for (byte value : new byte[] {0, (byte) 0xFF}) {
        byte[] changed = vector.clone();
        changed[at] = value;
        byte[] file = Zips.with(plain, COEFFICIENTS, changed);
        try {
          load(file); // strides and the like say nothing about a vector
        } catch (ModelFileException e) {
          assertEquals(1, e.getMessage().lines().count());
        }
      }
    }
    refused(
        Zips.with(plain, COEFFICIENTS, Arrays.copyOf(vector, vector.length + 1)),
        "more than it should");
    refusal(Zips.with(plain, COEFFICIENTS, Arrays.copyOf(vector, vector.length - 1)));
    refusal(Zips.with(plain, COEFFICIENTS, new byte[0]));
  }
}
