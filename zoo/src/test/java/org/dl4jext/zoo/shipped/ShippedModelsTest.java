package org.dl4jext.zoo.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.zoo.PretrainedType;
import org.dl4jext.zoo.models.BundledWeights;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooManifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedModelsTest {

  private static final long FRESH = 2026;
  private static final long MOST_BYTES = 1 << 20;

  @TempDir private Path folder;

  static List<String> names() {
    return ShippedModels.all().stream().map(ShippedModel::name).toList();
  }

  private static ZooEntry entry(String name) throws IOException {
    return ZooManifest.bundled().model(name);
  }

  @Test
  void theManifestListsEveryShippedModelAndNoOther() throws IOException {
    List<ZooEntry> entries = ZooManifest.bundled().models();
    assertEquals(names(), entries.stream().map(ZooEntry::name).toList());
    for (ZooEntry entry : entries) {
      ShippedModel shipped = ShippedModels.of(entry.name());
      assertTrue(entry.bytes() <= MOST_BYTES, entry.toString());
      assertEquals(shipped.task(), entry.task());
      assertEquals(shipped.seed(), entry.seed());
      assertEquals("recurrent train-zoo " + entry.name(), entry.command());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyModelMeetsTheMetricOfTheManifestOnFreshData(String name) throws IOException {
    ZooEntry entry = entry(name);
    Measurement measurement = Measurement.of(BundledWeights.load(entry), entry, FRESH);
    assertTrue(measurement.meets(), measurement.toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void untrainedModelsFallShort(String name) throws IOException {
    ZooEntry entry = entry(name);
    StoredModel trained = BundledWeights.load(entry);
    StoredModel untrained = trained.with(ShippedModels.of(name).zooModel().init());
    Measurement measurement = Measurement.of(untrained, entry, FRESH);
    assertFalse(measurement.meets(), measurement.toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyZooModelInitialisesWithItsWeights(String name) throws IOException {
    ZooEntry entry = entry(name);
    RecurrentZooModel<?> model = ShippedModels.of(name).zooModel();
    assertTrue(model.pretrainedAvailable(PretrainedType.IMAGENET));
    assertFalse(model.pretrainedAvailable(PretrainedType.MNIST));
    Model network = model.initPretrained();
    assertEquals(model.modelType(), network.getClass());
    assertEquals(entry.parameters(), network.numParams());
    assertEquals(BundledWeights.load(entry).model().params(), network.params());
    assertNotEquals(model.init().params(), network.params());
    assertTrue(model.pretrainedUrl(PretrainedType.IMAGENET).endsWith(entry.file()));
    Adler32 sum = new Adler32();
    try (InputStream in =
        ZooManifest.class.getResourceAsStream(ZooManifest.RESOURCES + entry.file())) {
      sum.update(in.readAllBytes());
    }
    assertEquals(sum.getValue(), model.pretrainedChecksum(PretrainedType.IMAGENET));
  }

  @Test
  void measurementsOfTheSameSeedAreEqualAndOfOthersAreNot() throws IOException {
    ShippedModel shipped = ShippedModels.of("qkan-lstm-telecom");
    StoredModel model = BundledWeights.load(entry(shipped.name()));
    double first = shipped.measure().of(model, 1).value();
    assertEquals(first, shipped.measure().of(model, 1).value(), 0);
    assertNotEquals(first, shipped.measure().of(model, 2).value(), 0);
  }

  @Test
  void chanceExplainsSmallDifferencesOnly() {
    Metric recorded = new Metric("accuracy", 0.9, 0.01, true);
    assertTrue(new Metric("accuracy", 0.99, 0.01, true).meets(recorded));
    assertTrue(new Metric("accuracy", 0.85, 0.01, true).meets(recorded));
    assertFalse(new Metric("accuracy", 0.84, 0.01, true).meets(recorded));
    Metric error = Metric.fixed("error", 0.5, false);
    assertTrue(Metric.fixed("error", 0.1, false).meets(error));
    assertTrue(Metric.fixed("error", 0.5004, false).meets(error));
    assertFalse(Metric.fixed("error", 0.501, false).meets(error));
  }

  @Test
  void aModelThatIsTrainedAgainTakesThePlaceOfTheOld() throws IOException {
    ShippedModel usual = ShippedModels.of("qkan-lstm-shm");
    StoredModel weights = BundledWeights.load(entry(usual.name()));
    ZooTraining training = new ZooTraining(folder, Map.of("java", "17"));
    ZooEntry first = training.train(trainedTo(usual, weights), (step, steps, score) -> {}).entry();
    StoredModel other = weights.with(usual.zooModel().init());
    ZooEntry second = training.train(trainedTo(usual, other), (step, steps, score) -> {}).entry();
    assertNotEquals(first.file(), second.file());
    assertFalse(Files.exists(folder.resolve(first.file())));
    assertTrue(Files.exists(folder.resolve(second.file())));
    try (InputStream in = Files.newInputStream(folder.resolve(ZooManifest.FILE))) {
      assertEquals(List.of(second), ZooManifest.read(in, "manifest").models());
    }
  }

  private static ShippedModel trainedTo(ShippedModel usual, StoredModel result) {
    return new ShippedModel(
        usual.name(),
        usual.task(),
        usual.seed(),
        usual.architecture(),
        listener -> StoredModel.of(result.model(), Map.of()),
        usual.measure());
  }
}
