package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.NoOp;

/** Gradients are exact. */
interface GradientPromises extends LayerUnderTest {

  double GRADIENT_TOLERANCE = 1e-5;

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#inDouble")
  default void parameterGradientsAreExact(Variant variant) {
    assertGradients(net(variant, b -> b.updater(new NoOp())), null);
  }

  /** GradientCheckUtil over all parameters; in deep networks over 25 elements of each. */
  static void assertGradients(TestNet net, INDArray mask) {
    INDArray x = net.input(3, 7, 1);
    INDArray labels = net.labels(3, 7, 2);
    boolean deep = net.variant().depth() > 1;
    LayerUnderTest.withDoubleDefault(
        () ->
            assertTrue(
                net.variant().graph()
                    ? GradientCheckUtil.checkGradients(
                        new GradientCheckUtil.GraphConfig()
                            .net(net.graph())
                            .inputs(new INDArray[] {x})
                            .labels(new INDArray[] {labels})
                            .inputMask(mask == null ? null : new INDArray[] {mask})
                            .maxRelError(GRADIENT_TOLERANCE)
                            .minAbsoluteError(1e-8)
                            .subset(deep)
                            .maxPerParam(25)
                            .print(GradientCheckUtil.PrintMode.FAILURES_ONLY))
                    : GradientCheckUtil.checkGradients(
                        new GradientCheckUtil.MLNConfig()
                            .net(net.multiLayer())
                            .input(x)
                            .labels(labels)
                            .inputMask(mask)
                            .maxRelError(GRADIENT_TOLERANCE)
                            .minAbsoluteError(1e-8)
                            .subset(deep)
                            .maxPerParam(25)
                            .print(GradientCheckUtil.PrintMode.FAILURES_ONLY))));
  }

  @Test
  default void inputGradientIsExact() {
    for (Variant variant : Variant.inDouble()) {
      if (!variant.graph()) {
        assertInputGradient(net(variant), null);
      }
    }
  }

  /** Finite differences by every element of the input. */
  default void assertInputGradient(TestNet net, INDArray mask) {
    SingleLayer layer = new SingleLayer(net);
    INDArray x = net.input(3, 7, 1);
    INDArray y = layer.forward(x, mask, true);
    INDArray weights = weights(y);
    INDArray dx = layer.backward(weights.dup()).getSecond().dup();
    INDArray expected =
        SingleLayer.differences(x, () -> layer.loss(layer.forward(x, mask, true), weights));
    ArrayAssertions.assertClose(expected, dx, 1e-7);
  }

  /** Numbers without pattern in the shape of an array. */
  static INDArray weights(INDArray y) {
    INDArray weights = y.dup('c');
    for (long i = 0; i < weights.length(); i++) {
      weights.putScalar(
          org.nd4j.linalg.api.shape.Shape.ind2subC(weights.shape(), i), Math.sin(1.7 * i + 0.3));
    }
    return weights;
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#inDouble")
  default void floatGradientsFollowDouble(Variant variant) {
    TestNet exact = net(variant);
    TestNet fast = net(variant.with(DataType.FLOAT));
    fast.params().assign(exact.params().castTo(DataType.FLOAT));
    exact.params().assign(fast.params().castTo(DataType.DOUBLE));
    INDArray x = fast.input(3, 40, 1);
    INDArray labels = fast.labels(3, 40, 2);
    INDArray inFloat = fast.gradient(new DataSet(x, labels));
    INDArray inDouble =
        exact.gradient(new DataSet(x.castTo(DataType.DOUBLE), labels.castTo(DataType.DOUBLE)));
    double scale = inDouble.norm2Number().doubleValue();
    double error = inDouble.sub(inFloat.castTo(DataType.DOUBLE)).norm2Number().doubleValue();
    assertTrue(error <= 2e-5 * scale, "relative error " + error / scale);
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void buffersOfAnEarlierIterationLeaveNoTrace(Variant variant) {
    TestNet net = net(variant);
    DataSet data = new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2));
    INDArray first = net.gradient(data);
    net.gradient(new DataSet(net.input(2, 11, 3), net.labels(2, 11, 4)));
    net.output(net.input(5, 2, 5));
    ArrayAssertions.assertBitEqual(first, net.gradient(data));
  }

  @Test
  default void backwardAfterAnInferencePassIsExact() {
    TestNet net = net(Variant.PLAIN);
    SingleLayer layer = new SingleLayer(net);
    INDArray x = net.input(3, 7, 1);
    INDArray weights = weights(layer.forward(x, null, true));
    INDArray expected = layer.backward(weights.dup()).getSecond().dup();
    layer.forward(x, null, false);
    ArrayAssertions.assertClose(expected, layer.backward(weights.dup()).getSecond(), 1e-12);
  }
}
