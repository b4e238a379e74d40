package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were cut, and bits that flipped. */
class DamagedModelFilesTest {

  private static final long SEED = 20;

  private static byte[] ours;
  private static byte[] plain;

  @BeforeAll
  static void writeModels(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.zip");
    SafeModels.save(
        new StoredModel(
            SmallModels.trainedNetwork(),
            true,
            Optional.empty(),
            Map.of("task", "none"),
            List.of(),
            ""),
        file);
    ours = Files.readAllBytes(file);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(SmallModels.trainedGraph(), bytes, true);
    plain = bytes.toByteArray();
    Refusals.load(ours);
    Refusals.load(plain);
  }

  private static void requireOneLine(ModelFileException error) {
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }

  @Test
  void aFileThatWasCutAnywhereIsRefused() {
    for (byte[] file : new byte[][] {ours, plain}) {
      for (int i = 0; i < 200; i++) {
        int length = (int) ((long) i * file.length / 200);
        byte[] cut = Arrays.copyOf(file, length);
        requireOneLine(
            assertThrows(
                ModelFileException.class,
                () -> Refusals.load(cut),
                () -> "cut to " + length + " of " + file.length));
      }
      byte[] last = Arrays.copyOf(file, file.length - 1);
      assertThrows(ModelFileException.class, () -> Refusals.load(last));
    }
  }

  private static byte[] flipped(byte[] file, int bit) {
    byte[] copy = file.clone();
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return copy;
  }

  @Test
  void aBitThatFlippedAnywhereInAFileOfOursIsNoticed() {
    Random random = new Random(SEED);
    int ends = 8 * 200; // the first header and the seal, bit by bit
    for (int i = 0; i < 1000 + 2 * ends; i++) {
      int bit =
          i < ends
              ? i
              : i < 2 * ends ? 8 * ours.length - 1 - (i - ends) : random.nextInt(8 * ours.length);
      requireOneLine(
          assertThrows(
              ModelFileException.class,
              () -> Refusals.load(flipped(ours, bit)),
              () -> "bit " + bit));
    }
  }

  @Test
  void aBitThatFlippedInAnotherFileIsRefusedOrHarmless() throws IOException {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      int bit = random.nextInt(8 * plain.length);
      try {
        StoredModel stored = Refusals.load(flipped(plain, bit));
        assertEquals(
            Refusals.load(plain).model().params(), stored.model().params(), () -> "bit " + bit);
      } catch (ModelFileException e) {
        requireOneLine(e);
        refused++;
      }
    }
    assertTrue(refused > 900, "refused " + refused);
  }

  /** Behind the checksums of the zip file, where only the readers themselves are left. */
  @ParameterizedTest
  @ValueSource(strings = {"configuration.json", "coefficients.bin", "updaterState.bin"})
  void aBitThatFlippedInsideAnEntryDoesNotEndTheJvm(String entry) throws IOException {
    Random random = new Random(SEED);
    byte[] content = Zips.entries(plain).get(entry);
    for (int i = 0; i < 300; i++) {
      int bit = random.nextInt(8 * (entry.endsWith("bin") ? 200 : content.length));
      byte[] file = Zips.with(plain, entry, flipped(content, bit));
      try {
        Refusals.load(file);
      } catch (ModelFileException e) {
        requireOneLine(e);
      }
    }
  }
}
