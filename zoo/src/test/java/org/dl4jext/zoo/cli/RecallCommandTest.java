package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class RecallCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int recurrent(String... args) {
    return Recurrent.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @ParameterizedTest
  @CsvSource({
    "linear, gated, linear gated",
    "gated-delta, none, gated delta",
    "attention, gated, softmax attention"
  })
  void aRunLeavesAccuraciesAndPlot(String memory, String variant, String model) throws Exception {
    Path to = folder.resolve("run");
    assertEquals(
        0,
        recurrent(
            "train",
            "mqar",
            "--memory",
            memory,
            "--variant",
            variant,
            "--steps",
            "1",
            "--json",
            "--out",
            to.toString()),
        err::toString);
    JsonNode tree = new ObjectMapper().readTree(out.toString());
    JsonNode row = tree.get("rows").get(0);
    assertEquals(model, row.get("model").asText());
    assertEquals(RecallRun.PAIRS.size(), row.get("accuracyByPairs").size());
    assertTrue(Files.size(Path.of(tree.get("files").get("accuracy").asText())) > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "--memory, lstm, --memory is lstm",
    "--variant, all, --variant is all",
    "--segment, 0, segmentLength is 0",
    "--top-k, 0, topK is 0",
    "--steps, 0, steps is 0",
    "--router, NOTHING, NOTHING"
  })
  void badOptionsAreBadUsage(String option, String value, String expected) {
    Path to = folder.resolve("bad");
    assertEquals(2, recurrent("train", "mqar", option, value, "--out", to.toString()));
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    assertTrue(err.toString().contains(expected), err::toString);
    assertFalse(Files.exists(to));
  }

  @Test
  void theTableHasAttentionAndEveryVariantOfTwoMemories() {
    List<String> names = RecallTable.rows(3).stream().map(RecallOptions::name).toList();
    assertEquals(1 + 2 * (1 + CachingVariant.values().length), names.size());
    assertEquals("softmax attention", names.get(0));
    assertTrue(names.containsAll(List.of("linear", "delta", "linear sparse", "delta soup")));
  }

  @Tag("slow")
  @Test
  void cachedStatesRecallMoreThanTheMemoryAlone() {
    RecallRun alone = run(null);
    RecallRun gated = run(CachingVariant.GATED);
    for (int i = 0; i < RecallRun.PAIRS.size(); i++) {
      double share = gated.accuracies().get(i).share();
      assertTrue(share >= 0.95, gated.accuracies().toString());
    }
    assertTrue(alone.accuracies().get(3).share() < 0.85, alone.accuracies().toString());
  }

  private static RecallRun run(CachingVariant variant) {
    var caching = variant == null ? null : RecallTable.caching(variant, 4);
    return RecallRun.train(
        RecallOptions.of(BaseMemory.LINEAR, caching, 1), (step, steps, score) -> {});
  }
}
