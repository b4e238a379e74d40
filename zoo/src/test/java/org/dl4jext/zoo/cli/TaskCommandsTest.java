package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.dl4jext.zoo.memory.PasskeyRun;
import org.dl4jext.zoo.universal.ReasoningModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Comparisons, early exit, passkeys and pictures by command. */
class TaskCommandsTest {

  private static final String TINY =
      "train pointer-hopping --steps 2 --width 8 --heads 1 --inner 8 --batch 4";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int recurrent(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(command.split(" ")));
    all.addAll(Arrays.asList(more));
    return Recurrent.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private JsonNode json(String command) throws IOException {
    String to = folder.resolve("run").toString();
    assertEquals(0, recurrent(command + " --json", "--out", to), err::toString);
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void aComparisonHasEveryModelAndDifficulty() throws IOException {
    JsonNode rows = json(TINY + " --compare").get("rows");
    Set<String> models = new HashSet<>();
    for (JsonNode row : rows) {
      models.add(row.get("model").asText());
      assertEquals(4, row.get("medians").size());
      assertTrue(row.get("medians").get(3).get("token").asDouble() >= 0);
      double steps = row.get("medians").get(0).get("meanSteps").asDouble();
      boolean halts = row.get("model").asText().equals("UT_HALTING");
      assertEquals(halts, steps >= 1, row::toString);
    }
    assertEquals(ReasoningModel.values().length, models.size());
  }

  @Test
  void earlyExitIsMeasuredForEachDifficultyAndBatch() throws IOException {
    JsonNode rows = json(TINY + " --halting-bias 3 --exit-saving").get("exitSaving");
    assertEquals(8, rows.size());
    for (JsonNode row : rows) {
      assertTrue(row.get("difference").asDouble() < 1e-4, row::toString);
      assertTrue(row.get("millis").asDouble() > 0);
      assertTrue(row.get("millisOfAllSteps").asDouble() > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pointer-hopping --exit-saving --model LSTM, --exit-saving with --model LSTM",
    "pointer-hopping --exit-saving --compare, mutually exclusive",
    "passkey --memory lstm, --memory is lstm",
    "passkey --variant none, --variant is none",
    "passkey --length 3, length is 3",
    "passkey --segment 0, segmentLength is 0",
    "arrow --cells 3 --contact-sheet x.png, --cells is 3"
  })
  void badOptionsAreBadUsage(String options, String expected) {
    assertEquals(2, recurrent("train " + options));
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    assertTrue(err.toString().contains(expected), err::toString);
  }

  @Test
  void passkeysLeaveAHeatMapForEachModel() throws IOException {
    JsonNode tree = json("train passkey --steps 1 --length 16 --segment 4");
    assertEquals(2, tree.get("rows").size());
    for (JsonNode row : tree.get("rows")) {
      assertEquals(5, row.get("lengths").size());
      assertEquals(512, row.get("lengths").get(4).asInt());
      for (JsonNode shares : row.get("accuracies")) {
        assertEquals(PasskeyRun.DEPTHS.size(), shares.size());
      }
    }
    for (String name : List.of("linear", "linear-gated")) {
      assertNotNull(ImageIO.read(Path.of(tree.get("files").get(name).asText()).toFile()));
    }
  }

  @Test
  void aContactSheetShowsBothClasses() throws IOException {
    Path file = folder.resolve("arrows.png");
    assertEquals(0, recurrent("train arrow --contact-sheet", file.toString()), err::toString);
    BufferedImage sheet = ImageIO.read(file.toFile());
    Set<Integer> frames = new HashSet<>();
    for (int x = 0; x < sheet.getWidth(); x++) {
      frames.add(sheet.getRGB(x, 5) & 0xFFFFFF);
    }
    assertTrue(frames.containsAll(Set.of(0x0072B2, 0xD55E00, 0xFFFFFF)), frames::toString);
    boolean black = false;
    for (int i = 0; i < sheet.getWidth() * sheet.getHeight() && !black; i++) {
      black = (sheet.getRGB(i % sheet.getWidth(), i / sheet.getWidth()) & 0xFFFFFF) == 0;
    }
    assertTrue(black, "no circle");
    Path missing = folder.resolve("none").resolve("arrows.png");
    assertEquals(2, recurrent("train arrow --contact-sheet", missing.toString()));
    assertFalse(Files.exists(missing));
  }
}
