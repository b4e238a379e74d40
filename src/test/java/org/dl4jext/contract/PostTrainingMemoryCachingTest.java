package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jext.recurrent.cells.FlashRnn;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.memory.CachedDeltaProduct;
import org.dl4jext.recurrent.memory.PostTrainingMemoryCaching;
import org.dl4jext.samediff.delta.Activation;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.memory.CachePolicy;
import org.dl4jext.samediff.memory.CachedDeltaSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.SegmentStart;
import org.dl4jext.samediff.memory.Segmentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A trained DeltaProduct layer reads its past states without retraining. */
class PostTrainingMemoryCachingTest {

  private static final int WIDTH = LayerUnderTest.WIDTH;
  private static final int LENGTH = 9;

  private static TestNet trained(DeltaSpec spec, Variant variant) {
    TestNet net =
        TestNet.of(variant, () -> new DeltaProduct.Builder().nOut(WIDTH).spec(spec).build());
    net.fit(new DataSet(net.input(2, LENGTH, 5), net.labels(2, LENGTH, 6)));
    return net;
  }

  private static TestNet trained(DeltaSpec spec) {
    return trained(spec, Variant.PLAIN);
  }

  private static TestNet converted(TestNet net, PostTrainingMemoryCaching caching) {
    return net.withModel(
        net.variant().graph() ? caching.convert(net.graph()) : caching.convert(net.multiLayer()));
  }

  /** The flavours that take another path. */
  static List<DeltaSpec> flavours() {
    return List.of(
        DeltaSpec.deltaNet(WIDTH, 2),
        DeltaSpec.deltaProduct(WIDTH, 2, 2),
        DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2),
        DeltaSpec.gatedDeltaProduct(WIDTH, 2, 3)
            .withHeads(1)
            .withConvolutionBias(true)
            .withOutputNorm(false));
  }

  private static PostTrainingMemoryCaching gated(int segment) {
    return new PostTrainingMemoryCaching(CachingSpec.ofSegments(segment), 2);
  }

  @ParameterizedTest
  @MethodSource("flavours")
  void theFirstSegmentIsTheTrainedLayer(DeltaSpec spec) {
    for (Variant variant : Variant.inDouble()) {
      TestNet net = trained(spec, variant);
      TestNet caching = converted(net, gated(LENGTH));
      INDArray x = net.input(3, LENGTH, 1);
      ArrayAssertions.assertClose(net.output(x), caching.output(x), 1e-10);
      INDArray mask = LayerUnderTest.mask();
      INDArray y = net.activations(net.input(3, 7, 1), mask).dup();
      ArrayAssertions.assertClose(y, caching.activations(net.input(3, 7, 1), mask), 1e-10);
    }
  }

  /** Reads of states that the trained layer itself gives, with queries computed here. */
  @Test
  void averageReadsTheMeanOfTheStatesAtTheBorders() {
    DeltaSpec spec =
        DeltaSpec.deltaProduct(WIDTH, 1, 2)
            .withQueryKeyActivation(Activation.IDENTITY)
            .withOutputNorm(false);
    TestNet net = trained(spec);
    INDArray x = net.input(1, LENGTH, 1);
    INDArray y = converted(net, PostTrainingMemoryCaching.average(4)).activations(x, null);
    RecurrentLayer layer = net.recurrent(0);
    INDArray w = net.layer(0).getParam("W");
    INDArray out = net.layer(0).getParam("Wo");
    List<INDArray> states = new ArrayList<>();
    for (int t = 0; t < LENGTH; t++) {
      net.timeStep(net.steps(x, t, t + 1));
      INDArray now = layer.rnnGetPreviousState().get("S").dup().reshape(WIDTH, WIDTH); // [K,V]
      INDArray sum = now.dup();
      states.forEach(sum::addi);
      INDArray q = net.step(x, 0, t).reshape(1, TestNet.INPUTS).mmul(w);
      q = q.get(NDArrayIndex.all(), NDArrayIndex.interval(0, WIDTH));
      double length = Math.sqrt(q.mul(q).sumNumber().doubleValue() + spec.queryKeyNormEps());
      double factor = spec.readScale() / length / (states.size() + 1);
      ArrayAssertions.assertClose(
          q.mmul(sum).mmul(out).muli(factor).reshape(WIDTH), net.step(y, 0, t), 1e-10);
      if (t % 4 == 3) {
        states.add(now);
      }
    }
    assertEquals(2, states.size());
  }

  @Test
  void beyondTheFirstSegmentThePastIsRead() {
    TestNet net = trained(DeltaSpec.gatedDeltaNet(WIDTH, 2));
    INDArray x = net.input(2, LENGTH, 1);
    INDArray plain = net.output(x);
    for (CachingVariant variant : CachingVariant.values()) {
      CachingSpec caching = CachingSpec.ofSegments(4).withVariant(variant);
      INDArray y = converted(net, new PostTrainingMemoryCaching(caching, 2)).output(x);
      ArrayAssertions.assertClose(net.steps(plain, 0, 4), net.steps(y, 0, 4), 1e-10);
      double changed = net.steps(plain, 4, 9).sub(net.steps(y, 4, 9)).amaxNumber().doubleValue();
      assertTrue(changed > 1e-6, variant + " changes nothing");
    }
  }

  @Test
  void streamingEqualsTheWholeSequenceUnderEachPolicy() {
    TestNet net = trained(DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2));
    INDArray x = net.input(2, LENGTH, 1);
    for (CachePolicy policy : CachePolicy.values()) {
      for (SegmentStart start : SegmentStart.values()) {
        CachingSpec caching =
            CachingSpec.ofSegments(2)
                .withSegmentStart(start)
                .withCachePolicy(policy)
                .withMaxCachedSegments(policy == CachePolicy.FAIL ? 4 : 2);
        TestNet cached = converted(net, new PostTrainingMemoryCaching(caching, 1));
        INDArray whole = cached.output(x);
        int from = 0;
        for (int length : new int[] {3, 1, 1, 4}) {
          INDArray y = cached.timeStep(net.steps(x, from, from + length));
          ArrayAssertions.assertClose(net.steps(whole, from, from + length), y, 1e-10);
          from += length;
        }
        if (policy == CachePolicy.FAIL) {
          INDArray more = net.input(2, 2, 3);
          assertThrows(IllegalArgumentException.class, () -> cached.timeStep(more));
        }
      }
    }
  }

  @Test
  void maskedStepsCannotBeSeenAndAreZero() {
    TestNet net = trained(DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2));
    TestNet cached = converted(net, gated(2));
    INDArray mask = LayerUnderTest.mask();
    mask.putRow(1, Nd4j.zeros(DataType.DOUBLE, 7));
    INDArray expected = cached.activations(MaskPromises.filled(net, mask, 0), mask).dup();
    assertTrue(ArrayAssertions.finite(expected));
    assertEquals(0, expected.slice(1).amaxNumber().doubleValue());
    INDArray poisoned = cached.activations(MaskPromises.filled(net, mask, Double.NaN), mask);
    ArrayAssertions.assertBitEqual(expected, poisoned);
    INDArray none = Nd4j.zeros(DataType.DOUBLE, 3, 7);
    assertEquals(0, cached.activations(net.input(3, 7, 1), none).amaxNumber().doubleValue());
  }

  @Test
  void aStepChangesNoEarlierOutput() {
    TestNet cached = converted(trained(DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2)), gated(2));
    INDArray x = cached.input(2, LENGTH, 1);
    INDArray before = cached.output(x).dup();
    cached.steps(x, 5, 6).addi(1);
    INDArray after = cached.output(x);
    ArrayAssertions.assertBitEqual(cached.steps(before, 0, 5), cached.steps(after, 0, 5));
    assertFalse(ArrayAssertions.bitEqual(cached.steps(before, 5, 9), cached.steps(after, 5, 9)));
  }

  @ParameterizedTest
  @MethodSource("flavours")
  void allExecutionsAgree(DeltaSpec delta) {
    CachedDeltaSpec spec = new CachedDeltaSpec(delta, CachingSpec.ofSegments(3), 2);
    ExecutionAssertions.assertAgree(
        new CachedDeltaProduct.Builder().nIn(TestNet.INPUTS).nOut(WIDTH).spec(spec).build());
  }

  @Test
  void configurationAndModelAreReadBack() throws IOException {
    MultiLayerNetwork net =
        converted(trained(DeltaSpec.gatedDeltaNet(WIDTH, 2)), gated(2)).multiLayer();
    assertInstanceOf(CachedDeltaProduct.class, net.getLayer(0).conf().getLayer());
    MultiLayerConfiguration configuration = net.getLayerWiseConfigurations();
    assertEquals(configuration, MultiLayerConfiguration.fromJson(configuration.toJson()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    MultiLayerNetwork read =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(bytes.toByteArray()), true);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 2, TestNet.INPUTS, LENGTH);
    ArrayAssertions.assertBitEqual(net.output(x), read.output(x));
  }

  @Test
  void theTrainedNetworkStaysAsItWas() {
    TestNet net = trained(DeltaSpec.deltaNet(WIDTH, 2));
    INDArray x = net.input(2, LENGTH, 1);
    INDArray before = net.output(x).dup();
    converted(net, gated(2)).params().addi(1);
    ArrayAssertions.assertBitEqual(before, net.output(x));
    assertInstanceOf(DeltaProduct.class, net.layer(0).conf().getLayer());
  }

  @Test
  void trainingAndWhatWasNotTrainedAreRefused() {
    TestNet cached = converted(trained(DeltaSpec.deltaNet(WIDTH, 2)), gated(2));
    DataSet data = new DataSet(cached.input(2, 3, 1), cached.labels(2, 3, 2));
    INDArray before = cached.params().dup();
    RefusalPromises.assertMessage(
        assertThrows(UnsupportedOperationException.class, () -> cached.fit(data)), "inference");
    ArrayAssertions.assertBitEqual(before, cached.params());
    TestNet other = TestNet.of(Variant.PLAIN, () -> new FlashRnn.Builder().nOut(WIDTH).build());
    assertThrows(IllegalArgumentException.class, () -> converted(other, gated(2)));
    DeltaSpec delta = DeltaSpec.deltaNet(WIDTH, 2);
    CachingSpec caching = CachingSpec.ofSegments(2);
    for (CachingSpec bad :
        List.of(
            caching.withSegmentation(Segmentation.LOGARITHMIC),
            caching.withRouterFeatures(RouterFeatures.HIDDEN))) {
      assertThrows(IllegalArgumentException.class, () -> new CachedDeltaSpec(delta, bad, 0));
    }
    assertThrows(IllegalArgumentException.class, () -> new CachedDeltaSpec(delta, caching, -1));
  }
}
