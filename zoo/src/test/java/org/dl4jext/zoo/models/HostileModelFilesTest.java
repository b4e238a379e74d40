package org.dl4jext.zoo.models;

import static org.dl4jext.zoo.models.Refusals.load;
import static org.dl4jext.zoo.models.Refusals.refusal;
import static org.dl4jext.zoo.models.Refusals.refused;
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
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that someone made to run code, to fill the memory, or to end the JVM. */
class HostileModelFilesTest {

  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";

  /** A file of DL4J, which has no hash. */
  private static byte[] plain;

  @BeforeAll
  static void writeModel() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(SmallModels.trainedNetwork(), bytes, true);
    plain = bytes.toByteArray();
    load(plain);
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
    static boolean left;
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
  @CsvSource({
    "0, 100, more than 100 bytes",
    "1, 100, inflates to more than 100 bytes",
    "2, 5000, inflates to more than 5000 bytes",
    "4, 1, more than 1 entries",
    "5, 100, larger than 100 bytes",
    "6, 2, nested deeper than 2",
    "7, 3, more than 3 objects"
  })
  void everyLimitHolds(int which, int value, String word) {
    int[] at = {1 << 20, 1 << 20, 1 << 20, 64, 16, 1 << 20, 64, 1 << 14};
    at[which] = value;
    Limits limits =
        new Limits(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], Set.of(), false);
    var error =
        assertThrows(
            ModelFileException.class,
            () -> SafeModels.load(new ByteArrayInputStream(plain), "it", limits));
    assertTrue(error.getMessage().contains(word), error.getMessage());
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
