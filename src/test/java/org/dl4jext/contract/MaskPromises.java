package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** A masked step is as if it were not there. */
interface MaskPromises extends GradientPromises {

  /** The network in which masked steps are as if they were not there. */
  default TestNet netThatSkips(DataType type) {
    return net(Variant.PLAIN.with(type));
  }

  /** Whether a state counts steps, masked ones included. */
  default boolean countsSteps(String state) {
    return false;
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#inDouble")
  default void parameterGradientsAreExactWithMasks(Variant variant) {
    GradientPromises.assertGradients(
        net(variant, b -> b.updater(new NoOp())), LayerUnderTest.mask());
  }

  @Test
  default void inputGradientIsExactWithMasks() {
    for (Variant variant : Variant.inDouble()) {
      if (!variant.graph()) {
        assertInputGradient(net(variant), LayerUnderTest.mask());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void maskedStepsOutputZero(Variant variant) {
    TestNet net = net(variant);
    INDArray mask = LayerUnderTest.mask();
    INDArray y = net.activations(net.input(3, 7, 1), mask);
    for (int n = 0; n < 3; n++) {
      for (int t = 0; t < 7; t++) {
        double size = net.step(y, n, t).amaxNumber().doubleValue();
        assertEquals(mask.getDouble(n, t) == 0, size == 0, "example " + n + ", step " + t);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void maskedStepsCannotBeSeen(Variant variant) {
    TestNet net = net(variant);
    INDArray mask = LayerUnderTest.mask();
    INDArray clean = filled(net, mask, 0);
    INDArray labels = net.labels(3, 7, 2);
    INDArray expected = net.activations(clean, mask).dup();
    INDArray gradient = net.gradient(new DataSet(clean, labels, mask, mask));
    for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e30, 3}) {
      INDArray poisoned = filled(net, mask, poison);
      INDArray y = net.activations(poisoned, mask);
      assertTrue(ArrayAssertions.finite(y), poison + " seen in the output");
      ArrayAssertions.assertBitEqual(expected, y);
      ArrayAssertions.assertBitEqual(
          gradient, net.gradient(new DataSet(poisoned, labels, mask, mask)));
    }
  }

  /** The input of seed 1 with a value at all masked steps. */
  static INDArray filled(TestNet net, INDArray mask, double value) {
    INDArray x = net.input(3, 7, 1);
    for (int n = 0; n < 3; n++) {
      for (int t = 0; t < 7; t++) {
        if (mask.getDouble(n, t) == 0) {
          net.step(x, n, t).assign(value);
        }
      }
    }
    return x;
  }

  @Test
  default void poisonAtMaskedStepsReachesNoGradient() {
    for (RNNFormat format : RNNFormat.values()) {
      for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
        TestNet net = net(new Variant(type, format, false, 1));
        SingleLayer layer = new SingleLayer(net);
        INDArray mask = LayerUnderTest.mask();
        INDArray x = filled(net, mask, Double.NaN);
        INDArray epsilon = GradientPromises.weights(layer.forward(x, mask, true));
        for (int n = 0; n < 3; n++) {
          for (int t = 0; t < 7; t++) {
            if (mask.getDouble(n, t) == 0) {
              net.step(epsilon, n, t).assign(Double.NaN);
            }
          }
        }
        INDArray dx = layer.backward(epsilon).getSecond();
        assertTrue(ArrayAssertions.finite(dx));
        assertTrue(ArrayAssertions.finite(layer.layer().getGradientsViewArray()));
        for (int n = 0; n < 3; n++) {
          for (int t = 0; t < 7; t++) {
            if (mask.getDouble(n, t) == 0) {
              assertEquals(0, net.step(dx, n, t).amaxNumber().doubleValue());
            }
          }
        }
      }
    }
  }

  @Test
  default void aMaskedSequenceEqualsTheSequenceWithoutItsMaskedSteps() {
    TestNet net = netThatSkips(DataType.DOUBLE);
    SingleLayer layer = new SingleLayer(net);
    INDArray mask = LayerUnderTest.mask();
    INDArray x = filled(net, mask, 5);
    layer.recurrent().rnnClearPreviousState();
    INDArray y = layer.segment(x, mask, true).dup();
    Map<String, INDArray> after = layer.recurrent().rnnGetTBPTTState();
    for (int n = 0; n < 3; n++) {
      int[] valid = validSteps(mask, n);
      INDArray packed = Nd4j.create(DataType.DOUBLE, 1, TestNet.INPUTS, valid.length);
      for (int i = 0; i < valid.length; i++) {
        net.step(packed, 0, i).assign(net.step(x, n, valid[i]));
      }
      layer.recurrent().rnnClearPreviousState();
      INDArray expected = layer.segment(packed, null, true);
      for (int i = 0; i < valid.length; i++) {
        ArrayAssertions.assertClose(net.step(expected, 0, i), net.step(y, n, valid[i]), 1e-10);
      }
      for (Map.Entry<String, INDArray> e : layer.recurrent().rnnGetTBPTTState().entrySet()) {
        if (countsSteps(e.getKey())) {
          continue;
        }
        INDArray row = after.get(e.getKey()).slice(n);
        ArrayAssertions.assertClose(e.getValue().slice(0), row, 1e-10);
      }
    }
  }

  /** The steps of an example that a mask [3,7] keeps. */
  static int[] validSteps(INDArray mask, int n) {
    return java.util.stream.IntStream.range(0, 7).filter(t -> mask.getDouble(n, t) != 0).toArray();
  }

  /** Outputs and gradients are finite, those of the second row 0. */
  static void assertSecondRowIsAbsent(SingleLayer layer, INDArray y) {
    assertTrue(ArrayAssertions.finite(y));
    assertEquals(0, y.slice(1).amaxNumber().doubleValue());
    INDArray dx = layer.backward(GradientPromises.weights(y)).getSecond();
    assertTrue(ArrayAssertions.finite(dx));
    assertEquals(0, dx.slice(1).amaxNumber().doubleValue());
    assertTrue(ArrayAssertions.finite(layer.layer().getGradientsViewArray()));
  }

  @Test
  default void aRowWithoutValidStepsIsFiniteAndKeepsItsState() {
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      TestNet net = netThatSkips(type);
      SingleLayer layer = new SingleLayer(net);
      layer.segment(net.input(3, 4, 3), null, true);
      Map<String, INDArray> before = layer.recurrent().rnnGetTBPTTState();
      INDArray mask = LayerUnderTest.mask();
      mask.putRow(1, Nd4j.zeros(DataType.DOUBLE, 7));
      INDArray y = layer.segment(filled(net, mask, Double.NaN), mask, true);
      assertSecondRowIsAbsent(layer, y);
      layer
          .recurrent()
          .rnnGetTBPTTState()
          .forEach(
              (k, v) -> {
                if (!countsSteps(k)) {
                  ArrayAssertions.assertBitEqual(before.get(k).slice(1), v.slice(1));
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void aMaskOfOnesChangesNothing(Variant variant) {
    TestNet net = net(variant);
    INDArray x = net.input(3, 7, 1);
    INDArray y = net.activations(x, null).dup();
    double tolerance = variant.dataType() == DataType.DOUBLE ? 1e-12 : 1e-6;
    ArrayAssertions.assertClose(y, net.activations(x, Nd4j.ones(3, 7)), tolerance);
  }
}
