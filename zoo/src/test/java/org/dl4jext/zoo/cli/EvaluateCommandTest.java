package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.dl4jext.zoo.models.BundledWeights;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.models.ZooManifest;
import org.dl4jext.zoo.shipped.ShippedModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Evaluation of shipped models; that of forecasts is in {@link ForecastCommandTest}. */
class EvaluateCommandTest {

  private static final String NAME = "qkan-lstm-shm";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int evaluate(String... args) {
    List<String> line = new ArrayList<>(List.of("evaluate", "--cache", folder.toString()));
    line.addAll(List.of(args));
    return Recurrent.run(
        new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
  }

  private static StoredModel shipped() throws IOException {
    return BundledWeights.load(ZooManifest.bundled().model(NAME));
  }

  private void assertOneLine(String expected) {
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    assertTrue(err.toString().contains(expected), err::toString);
  }

  @Test
  void aNameIsMeasuredBesideTheManifest() throws Exception {
    assertEquals(0, evaluate(NAME, "--json"), err::toString);
    JsonNode tree = new ObjectMapper().readTree(out.toString());
    double recorded = ZooManifest.bundled().model(NAME).metrics().get(tree.get("metric").asText());
    assertEquals(recorded, tree.get("manifest").asDouble());
    assertTrue(tree.get("meets").asBoolean());
    assertTrue(tree.get("measured").asDouble() < 2 * recorded);
  }

  @Test
  void anotherSeedIsOtherData() throws Exception {
    assertEquals(0, evaluate(NAME, "--json"), err::toString);
    assertEquals(0, evaluate(NAME, "--json", "--seed", "2"), err::toString);
    List<String> answers = out.toString().lines().toList();
    ObjectMapper mapper = new ObjectMapper();
    assertNotEquals(
        mapper.readTree(answers.get(0)).get("measured").asDouble(),
        mapper.readTree(answers.get(1)).get("measured").asDouble());
  }

  @Test
  void aFileIsMeasuredOnTheTaskThatItNames() throws Exception {
    Path file = folder.resolve("model.zip");
    SafeModels.save(shipped(), file);
    assertEquals(0, evaluate(file.toString()), err::toString);
    assertTrue(out.toString().contains("meets it"), out::toString);
  }

  @Test
  void aModelThatFallsShortIsAFailure() throws Exception {
    Path file = folder.resolve("untrained.zip");
    Model untrained = ShippedModels.of(NAME).zooModel().init();
    SafeModels.save(shipped().with(untrained), file);
    assertEquals(1, evaluate(file.toString()), err::toString);
    assertTrue(out.toString().contains("falls short"), out::toString);
  }

  @Test
  void whatIsNeitherFileNorNameIsBadUsage() {
    assertEquals(2, evaluate("nobody"));
    assertOneLine("no such file: nobody");
  }

  @Test
  void aModelWithoutATaskNeedsData() throws Exception {
    Path file = folder.resolve("model.zip");
    SafeModels.save(shipped().model(), file, Map.of());
    assertEquals(2, evaluate(file.toString()));
    assertOneLine("needed: --data");
  }

  @Test
  void aDamagedFileIsUnusable() throws Exception {
    Path file = Files.writeString(folder.resolve("model.zip"), "no zip");
    assertEquals(1, evaluate(file.toString()));
    assertOneLine("not a model that can be read");
  }
}
