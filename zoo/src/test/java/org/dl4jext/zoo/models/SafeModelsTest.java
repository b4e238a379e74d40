package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

class SafeModelsTest {

  @TempDir Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void aNetworkComesBackWithEqualOutputsAndUpdaterState() throws IOException {
    MultiLayerNetwork network = SmallModels.trainedNetwork();
    Path file = file("a.zip");
    SafeModels.save(
        new StoredModel(network, true, Optional.empty(), Map.of("task", "none"), List.of(), ""),
        file);
    StoredModel stored = SafeModels.load(file);
    MultiLayerNetwork loaded = stored.network();
    assertEquals(network.output(SmallModels.x()), loaded.output(SmallModels.x()));
    assertEquals(network.getUpdater().getStateViewArray(), loaded.getUpdater().getStateViewArray());
    assertEquals(Map.of("task", "none"), stored.metadata());
    assertTrue(stored.updater());
    assertTrue(stored.leftOut().isEmpty());
    network.fit(SmallModels.x(), SmallModels.labels());
    loaded.fit(SmallModels.x(), SmallModels.labels());
    assertEquals(network.params(), loaded.params(), "training goes on where it was");
    assertEquals(network.getIterationCount(), loaded.getIterationCount());
  }

  @Test
  void aGraphComesBackWithEqualOutputsAndUpdaterState() throws IOException {
    ComputationGraph graph = SmallModels.trainedGraph();
    Path file = file("a.zip");
    SafeModels.save(new StoredModel(graph, true, Optional.empty(), Map.of(), List.of(), ""), file);
    ComputationGraph loaded = SafeModels.load(file).graph();
    assertEquals(graph.outputSingle(SmallModels.x()), loaded.outputSingle(SmallModels.x()));
    assertEquals(graph.getUpdater().getStateViewArray(), loaded.getUpdater().getStateViewArray());
    var error = assertThrows(ModelFileException.class, () -> SafeModels.load(file).network());
    assertTrue(error.getMessage().contains("ComputationGraph"), error.getMessage());
  }

  @Test
  void theSameModelGivesTheSameBytesAndTheStreamTheSameModel() throws IOException {
    MultiLayerNetwork network = SmallModels.trainedNetwork();
    SafeModels.save(network, file("a.zip"), Map.of("seed", 1));
    SafeModels.save(network, file("b.zip"), Map.of("seed", 1));
    byte[] bytes = Files.readAllBytes(file("a.zip"));
    assertArrayEquals(bytes, Files.readAllBytes(file("b.zip")));
    StoredModel stored =
        SafeModels.load(new ByteArrayInputStream(bytes), "a stream", Limits.defaults());
    assertEquals(network.params(), stored.model().params());
    assertFalse(stored.updater());
  }

  @Test
  void dl4jReadsWhatIsWrittenHereAndTheOtherWayRound() throws IOException {
    MultiLayerNetwork network = SmallModels.trainedNetwork();
    SafeModels.save(
        new StoredModel(network, true, Optional.empty(), Map.of(), List.of(), ""),
        file("ours.zip"));
    MultiLayerNetwork theirs = MultiLayerNetwork.load(file("ours.zip").toFile(), true);
    assertEquals(network.params(), theirs.params());
    assertEquals(network.getUpdater().getStateViewArray(), theirs.getUpdater().getStateViewArray());
    network.save(file("theirs.zip").toFile(), true);
    StoredModel ours = SafeModels.load(file("theirs.zip"));
    assertEquals(network.params(), ours.model().params());
    assertTrue(ours.updater());
    ComputationGraph graph = SmallModels.trainedGraph();
    graph.save(file("graph.zip").toFile(), true);
    assertEquals(graph.params(), SafeModels.load(file("graph.zip")).graph().params());
  }

  @Test
  void normalizersOfTheKnownKindsComeBack() throws IOException {
    INDArray low = Nd4j.createFromArray(new float[][] {{1, 2, 3}});
    INDArray high = Nd4j.createFromArray(new float[][] {{4, 5, 7}});
    NormalizerStandardize standardize = new NormalizerStandardize(low, high);
    standardize.fitLabel(true);
    standardize.setLabelStats(high, low);
    NormalizerMinMaxScaler scaler = new NormalizerMinMaxScaler(-1, 2);
    scaler.setFeatureStats(low, high);
    for (Normalizer<?> normalizer :
        List.of(standardize, scaler, new ImagePreProcessingScaler(0.25, 0.5))) {
      SafeModels.save(
          new StoredModel(
              SmallModels.trainedNetwork(),
              false,
              Optional.of(normalizer),
              Map.of(),
              List.of(),
              ""),
          file("a.zip"));
      Normalizer<?> loaded = SafeModels.load(file("a.zip")).normalizer().orElseThrow();
      assertEquals(normalizer.getType(), loaded.getType());
      if (normalizer instanceof ImagePreProcessingScaler image) {
        assertEquals(image.getMinRange(), ((ImagePreProcessingScaler) loaded).getMinRange());
        assertEquals(image.getMaxRange(), ((ImagePreProcessingScaler) loaded).getMaxRange());
      } else {
        assertEquals(normalizer, loaded);
      }
    }
  }

  @Test
  void aNormalizerOfAnotherKindIsLeftOutAndNamed() throws IOException {
    MultiNormalizerMinMaxScaler several = new MultiNormalizerMinMaxScaler();
    several.fit(
        new MultiDataSet(new INDArray[] {SmallModels.x()}, new INDArray[] {SmallModels.labels()}));
    SmallModels.trainedNetwork().save(file("a.zip").toFile(), false);
    ModelSerializer.addNormalizerToModel(file("a.zip").toFile(), several);
    StoredModel stored = SafeModels.load(file("a.zip"));
    assertTrue(stored.normalizer().isEmpty());
    assertTrue(stored.leftOut().toString().contains("normalizer.bin"), stored::toString);
    StoredModel again =
        new StoredModel(stored.model(), false, Optional.of(several), Map.of(), List.of(), "");
    assertThrows(IllegalArgumentException.class, () -> SafeModels.save(again, file("b.zip")));
    assertFalse(Files.exists(file("b.zip")));
  }
}
