package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A layer defined as a SameDiff graph keeps the same promises. */
class ToyLayerContractTest extends SequenceLayerContract {

  @Override
  public BaseRecurrentLayer.Builder<?> builder() {
    return builder(new ToySpec(0.3, 1));
  }

  private static ToyLayer.Builder builder(ToySpec spec) {
    return new ToyLayer.Builder().nOut(WIDTH).spec(spec);
  }

  @Test
  void theAuxiliaryLossIsAMeanOverExamples() {
    TestNet with = net(Variant.PLAIN);
    TestNet without = TestNet.of(Variant.PLAIN, () -> builder(new ToySpec(0, 1)).build());
    without.params().assign(with.params());
    INDArray x = with.input(3, 7, 1);
    INDArray mask = LayerUnderTest.mask();
    INDArray y = with.activations(x, mask);
    double expected = 0;
    for (int n = 0; n < 3; n++) {
      double norm = y.slice(n).norm2Number().doubleValue();
      double valid = mask.slice(n).sumNumber().doubleValue();
      expected += 0.3 * norm * norm / WIDTH / valid / 3;
    }
    DataSet data = new DataSet(x, with.labels(3, 7, 2), mask, mask);
    assertEquals(expected, with.score(data) - without.score(data), 1e-10);
  }

  @Test
  void dropoutInsideTheLayerActsInTrainingAlone() {
    TestNet net = TestNet.of(Variant.PLAIN, () -> builder(new ToySpec(0, 0.5)).build());
    INDArray x = net.input(3, 7, 1);
    SingleLayer layer = new SingleLayer(net);
    INDArray quiet = layer.forward(x, null, false).dup();
    ArrayAssertions.assertBitEqual(quiet, layer.forward(x, null, false));
    INDArray one = layer.forward(x, null, true).dup();
    assertFalse(ArrayAssertions.bitEqual(quiet, one));
    assertFalse(ArrayAssertions.bitEqual(one, layer.forward(x, null, true)));
  }

  @Test
  void bothPassesSeeTheSameDropout() {
    TestNet net = TestNet.of(Variant.PLAIN, () -> builder(new ToySpec(0.3, 0.5)).build());
    INDArray x = net.input(3, 7, 1);
    SingleLayer layer = new SingleLayer(net);
    Nd4j.getRandom().setSeed(5);
    INDArray weights = GradientPromises.weights(layer.forward(x, null, true));
    INDArray dx = layer.backward(weights.dup()).getSecond().dup();
    INDArray expected =
        SingleLayer.differences(
            x,
            () -> {
              Nd4j.getRandom().setSeed(5);
              return layer.loss(layer.forward(x, null, true), weights);
            });
    ArrayAssertions.assertClose(expected, dx, 1e-7);
  }

  @Test
  void moreLengthsThanAreCachedWork() {
    TestNet net = net(Variant.PLAIN);
    for (int round = 0; round < 2; round++) {
      for (int steps = 1; steps <= 12; steps++) {
        net.fit(new DataSet(net.input(2, steps, steps), net.labels(2, steps, 1)));
      }
    }
    assertTrue(ArrayAssertions.finite(net.params()));
  }
}
