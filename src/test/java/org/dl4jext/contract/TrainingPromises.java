package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Parameters, regularisation, noise, dropout, constraints and updaters act as on a stock layer. */
interface TrainingPromises extends LayerUnderTest {

  private static List<String> weightKeys(TestNet net) {
    Layer conf = net.layer(0).conf().getLayer();
    ParamInitializer initializer = conf.initializer();
    return initializer.weightKeys(conf);
  }

  private DataSet data(TestNet net) {
    return new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2));
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void trainingLowersTheScore(Variant variant) {
    TestNet net = net(variant, b -> b.updater(new Adam(0.01)));
    DataSet data = data(net);
    double before = net.score(data);
    for (int i = 0; i < 30; i++) {
      net.fit(data);
    }
    assertTrue(net.score(data) < 0.9 * before, before + " -> " + net.score(data));
  }

  @Test
  default void setParamReallySets() {
    TestNet net = net(Variant.PLAIN);
    INDArray before = net.output(net.input(3, 7, 1)).dup();
    for (String key : net.layer(0).paramTable().keySet()) {
      INDArray value = net.layer(0).getParam(key).dup().muli(0.5).addi(0.1);
      net.layer(0).setParam(key, value);
      ArrayAssertions.assertBitEqual(value, net.layer(0).getParam(key));
    }
    ArrayAssertions.assertBitEqual(
        net.params()
            .get(
                org.nd4j.linalg.indexing.NDArrayIndex.all(),
                org.nd4j.linalg.indexing.NDArrayIndex.interval(0, net.layer(0).numParams()))
            .reshape(-1),
        net.layer(0).params().reshape(-1));
    assertFalse(ArrayAssertions.bitEqual(before, net.output(net.input(3, 7, 1))));
  }

  @Test
  default void parametersCanBeMovedBetweenNetworks() {
    TestNet from = net(Variant.PLAIN);
    TestNet to = TestNet.of(Variant.PLAIN, this::layer, b -> b.seed(99));
    INDArray x = from.input(3, 7, 1);
    assertFalse(ArrayAssertions.bitEqual(from.output(x), to.output(x)));
    Map<String, INDArray> table = new HashMap<>();
    from.multiLayer().paramTable().forEach((k, v) -> table.put(k, v.dup()));
    to.multiLayer().setParamTable(table);
    ArrayAssertions.assertBitEqual(from.output(x), to.output(x));
    TestNet again = TestNet.of(Variant.PLAIN, this::layer, b -> b.seed(98));
    again.multiLayer().setParams(from.params());
    ArrayAssertions.assertBitEqual(from.output(x), again.output(x));
  }

  @Test
  default void additiveWeightNoiseActsInBothPassesAndOnWeightsAlone() {
    TestNet noisy =
        TestNet.of(
            Variant.PLAIN,
            () ->
                builder()
                    .weightNoise(new WeightNoise(new ConstantDistribution(0.125), false, true))
                    .build());
    TestNet shifted = net(Variant.PLAIN);
    shifted.params().assign(noisy.params());
    weightKeys(shifted).forEach(k -> shifted.layer(0).getParam(k).addi(0.125));
    INDArray before = noisy.params().dup();
    ArrayAssertions.assertClose(
        shifted.gradient(data(shifted)), noisy.gradient(data(noisy)), 1e-12);
    ArrayAssertions.assertBitEqual(before, noisy.params());
    INDArray x = noisy.input(3, 7, 1);
    assertFalse(ArrayAssertions.bitEqual(shifted.output(x), noisy.output(x)));
    TestNet quiet = net(Variant.PLAIN);
    quiet.params().assign(noisy.params());
    ArrayAssertions.assertBitEqual(quiet.output(x), noisy.output(x));
  }

  @Test
  default void weightNoiseIsDrawnAnewAtEachIteration() {
    TestNet net =
        TestNet.of(Variant.PLAIN, () -> builder().weightNoise(new DropConnect(0.5)).build());
    DataSet data = data(net);
    INDArray one = net.gradient(data);
    assertFalse(ArrayAssertions.bitEqual(one, net.gradient(data)));
  }

  @Test
  default void constraintsActOnTheParametersTheyName() {
    TestNet net =
        TestNet.of(
            Variant.PLAIN, () -> builder().constrainWeights(new NonNegativeConstraint()).build());
    net.fit(data(net));
    List<String> weights = weightKeys(net);
    net.layer(0)
        .paramTable()
        .forEach(
            (k, v) -> {
              if (weights.contains(k)) {
                assertTrue(v.minNumber().doubleValue() >= 0, k);
              }
            });
    TestNet all =
        TestNet.of(
            Variant.PLAIN,
            () -> builder().constrainAllParameters(new NonNegativeConstraint()).build());
    all.fit(data(all));
    assertTrue(all.layer(0).params().minNumber().doubleValue() >= 0);
  }

  @Test
  default void l2ActsOnWeightsInScoreAndUpdate() {
    TestNet plain = net(Variant.PLAIN);
    TestNet decayed = TestNet.of(Variant.PLAIN, () -> builder().l2(0.2).build());
    decayed.params().assign(plain.params());
    double sum = 0;
    for (String key : weightKeys(plain)) {
      double norm = plain.layer(0).getParam(key).norm2Number().doubleValue();
      sum += norm * norm;
    }
    assertEquals(0.5 * 0.2 * sum, decayed.score(data(plain)) - plain.score(data(plain)), 1e-9);
    Map<String, INDArray> before = copy(plain.layer(0).paramTable());
    plain.fit(data(plain));
    decayed.fit(data(plain));
    List<String> weights = weightKeys(plain);
    before.forEach(
        (key, value) ->
            ArrayAssertions.assertClose(
                plain.layer(0).getParam(key).sub(value.mul(weights.contains(key) ? 0.02 : 0)),
                decayed.layer(0).getParam(key),
                1e-12));
  }

  @Test
  default void l1ActsOnWeightsInScore() {
    TestNet plain = net(Variant.PLAIN);
    TestNet sparse = TestNet.of(Variant.PLAIN, () -> builder().l1(0.3).build());
    sparse.params().assign(plain.params());
    double sum = 0;
    for (String key : weightKeys(plain)) {
      sum += plain.layer(0).getParam(key).norm1Number().doubleValue();
    }
    assertEquals(0.3 * sum, sparse.score(data(plain)) - plain.score(data(plain)), 1e-9);
  }

  private static Map<String, INDArray> copy(Map<String, INDArray> table) {
    Map<String, INDArray> copy = new HashMap<>();
    table.forEach((k, v) -> copy.put(k, v.dup()));
    return copy;
  }

  @Test
  default void inputDropoutActsInTrainingAlone() {
    TestNet net = TestNet.of(Variant.PLAIN, () -> builder().dropOut(0.5).build());
    TestNet plain = net(Variant.PLAIN);
    plain.params().assign(net.params());
    INDArray x = net.input(3, 7, 1);
    ArrayAssertions.assertBitEqual(plain.output(x), net.output(x));
    SingleLayer layer = new SingleLayer(net);
    INDArray y = layer.forward(x, null, true).dup();
    INDArray seen = layer.layer().input().dup();
    SingleLayer reference = new SingleLayer(plain);
    ArrayAssertions.assertClose(reference.forward(seen, null, true), y, 1e-12);
    INDArray weights = GradientPromises.weights(y);
    INDArray inner = reference.backward(weights.dup()).getSecond();
    INDArray dx = layer.backward(weights.dup()).getSecond();
    int dropped = 0;
    double[] inputs = ArrayAssertions.flat(seen);
    double[] outer = ArrayAssertions.flat(dx);
    double[] expected = ArrayAssertions.flat(inner);
    for (int i = 0; i < inputs.length; i++) {
      assertEquals(inputs[i] == 0 ? 0 : 2 * expected[i], outer[i], 1e-9);
      dropped += inputs[i] == 0 ? 1 : 0;
    }
    assertTrue(dropped > 0 && dropped < inputs.length, "dropped " + dropped);
  }

  @Test
  default void updatersAreChosenByLayerAndRole() {
    TestNet still = TestNet.of(Variant.PLAIN, () -> builder().updater(new Sgd(0)).build());
    INDArray before = still.layer(0).params().dup();
    INDArray head = still.layer(1).params().dup();
    still.fit(data(still));
    ArrayAssertions.assertBitEqual(before, still.layer(0).params());
    assertFalse(ArrayAssertions.bitEqual(head, still.layer(1).params()));
    TestNet biases =
        TestNet.of(
            Variant.PLAIN, () -> builder().updater(new Sgd(0.1)).biasUpdater(new Sgd(0)).build());
    Map<String, INDArray> start = copy(biases.layer(0).paramTable());
    biases.fit(data(biases));
    List<String> weights = weightKeys(biases);
    start.forEach(
        (key, value) ->
            assertEquals(
                !weights.contains(key),
                ArrayAssertions.bitEqual(value, biases.layer(0).getParam(key)),
                key));
  }
}
