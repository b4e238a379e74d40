package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.ZooPlaces;
import org.dl4jext.zoo.models.ZooServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ShowCommandTest {

  @TempDir Path folder;

  private Path save(boolean bothWays) throws IOException {
    LSTM lstm = new LSTM.Builder().nIn(3).nOut(8).build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(bothWays ? new Bidirectional(Bidirectional.Mode.ADD, lstm) : lstm)
                .layer(
                    new DeltaProduct.Builder()
                        .nIn(8)
                        .nOut(8)
                        .spec(DeltaSpec.deltaNet(8, 2))
                        .build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(8).nOut(2).build())
                .build());
    network.init();
    Path file = folder.resolve("model.zip");
    SafeModels.save(network, file, Map.of("task", "a wave", "metrics", Map.of("mae", 0.5)));
    return file;
  }

  @Test
  void aCardNamesLayersParametersStatesMetadataAndHash() throws IOException {
    Path file = save(false);
    JsonNode card =
        new ObjectMapper().readTree(Invocation.of("show", file.toString(), "--json").ok().out());
    assertEquals(3, card.get("layers").size());
    JsonNode lstm = card.get("layers").get(0);
    assertEquals(4 * 8 * (3 + 8 + 1), lstm.get("parameters").asInt());
    assertEquals(16, lstm.get("state").asInt());
    assertEquals("past", lstm.get("sees").asText());
    JsonNode delta = card.get("layers").get(1);
    // Two heads of 4 x 4 numbers, and what its short convolutions remember.
    assertTrue(delta.get("state").asInt() >= 32, delta.toString());
    assertEquals("step", card.get("layers").get(2).get("sees").asText());
    int parameters = 0;
    int states = 0;
    for (JsonNode layer : card.get("layers")) {
      parameters += layer.get("parameters").asInt();
      states += layer.get("state").asInt();
    }
    assertEquals(parameters, card.get("parameters").asInt());
    assertEquals(4 * states, card.get("streamBytes").asInt());
    assertEquals("a wave", card.get("metadata").get("task").asText());
    assertEquals(SafeModels.load(file).sha256(), card.get("sha256").asText());
    String text = Invocation.of("show", file.toString()).ok().out();
    assertTrue(text.contains("DeltaProduct") && text.contains("a wave"), text);
  }

  @Test
  void aLayerThatReadsFromBothEndsSeesAllSteps() throws IOException {
    String file = save(true).toString();
    JsonNode card = new ObjectMapper().readTree(Invocation.of("show", file, "--json").ok().out());
    assertEquals("all", card.get("layers").get(0).get("sees").asText());
    assertEquals("all", card.get("sees").asText());
  }

  @Test
  void aShippedModelIsPulledByItsName() throws IOException {
    byte[] content = Files.readAllBytes(save(false));
    try (ZooServer server = new ZooServer()) {
      ZooPlaces.put(server, "wave", content);
      String cache = folder.resolve("cache").toString();
      String[] args = {"show", "wave", "--from", server.address(), "--cache", cache};
      assertTrue(Invocation.of(args).ok().out().contains("a wave"));
      args[1] = "waves";
      Invocation.of(args).refused(2);
    }
  }

  @Test
  void aFileThatIsNoModelIsOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("a.zip"), "text");
    Invocation.of("show", file.toString()).refused(1);
    Invocation.of("show", folder.toString()).refused(2);
  }
}
