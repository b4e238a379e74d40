package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Formats, data types, any batch size and any length. */
interface InputPromises extends LayerUnderTest {

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void theOutputHasTheFormatOfTheInput(Variant variant) {
    TestNet net = net(variant);
    INDArray y = net.activations(net.input(3, 7, 1), null);
    long[] channelsFirst = {3, width(), 7};
    long[] channelsLast = {3, 7, width()};
    assertArrayEquals(variant.timeAxis() == 2 ? channelsFirst : channelsLast, y.shape());
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void theLengthMayDifferAtEveryCall(Variant variant) {
    TestNet net = net(variant, builder -> builder.updater(new Sgd(0.01)));
    INDArray x = net.input(3, 12, 1);
    for (int steps : new int[] {1, 5, 12, 3, 1, 9}) {
      INDArray part = net.steps(x, 0, steps);
      ArrayAssertions.assertBitEqual(net.output(part).dup(), net.output(part.dup()));
      net.fit(new DataSet(net.input(2, steps, steps), net.labels(2, steps, 1)));
      assertTrue(ArrayAssertions.finite(net.params()), "after " + steps + " steps");
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void oneExampleOfOneStepTrains(Variant variant) {
    TestNet net = net(variant);
    INDArray before = net.params().dup();
    net.fit(new DataSet(net.input(1, 1, 1), net.labels(1, 1, 2)));
    assertFalse(ArrayAssertions.bitEqual(before, net.params()));
    assertTrue(ArrayAssertions.finite(net.params()));
  }

  @Test
  default void bothFormatsGiveTheSameNumbers() {
    TestNet first = net(Variant.PLAIN);
    TestNet last = net(new Variant(DataType.DOUBLE, RNNFormat.NWC, false, 1));
    last.params().assign(first.params());
    INDArray x = first.input(3, 7, 1);
    INDArray y = first.output(x);
    ArrayAssertions.assertClose(y, last.output(x.permute(0, 2, 1)).permute(0, 2, 1), 1e-12);
  }

  @Test
  default void anyStridesGiveTheSameNumbers() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 7, 1);
    INDArray y = net.output(x).dup();
    ArrayAssertions.assertClose(y, net.output(x.dup('f')), 1e-12);
    INDArray wide = net.input(3, 14, 5);
    net.steps(wide, 3, 10).assign(x);
    ArrayAssertions.assertClose(y, net.output(net.steps(wide, 3, 10)), 1e-12);
  }

  @Test
  default void halfStaysNearFloat() {
    TestNet net = net(Variant.FLOAT);
    TestNet half = net(Variant.FLOAT.with(DataType.FLOAT16));
    half.params().assign(net.params().castTo(DataType.FLOAT16));
    net.params().assign(half.params().castTo(DataType.FLOAT));
    INDArray x = half.input(3, 7, 1);
    ArrayAssertions.assertClose(
        net.activations(x.castTo(DataType.FLOAT), null), half.activations(x, null), 2e-3);
    half.fit(new DataSet(x, half.labels(3, 7, 2)));
    assertTrue(ArrayAssertions.finite(half.params()));
  }
}
