package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What a layer that sees the whole sequence promises: all but stepping, which it refuses, and
 * causality.
 */
abstract class NonCausalLayerContract
    implements GradientPromises,
        MaskPromises,
        InputPromises,
        RefusalPromises,
        ConfigurationPromises,
        StrictPropertyPromises,
        PersistencePromises,
        NetworkPromises,
        TrainingPromises {

  @Test
  void steppingIsRefusedWithTheReason() {
    TestNet net = net(Variant.PLAIN);
    RefusalPromises.assertMessage(
        assertThrows(UnsupportedOperationException.class, () -> net.timeStep(net.input(3, 1, 1))),
        layer().getClass().getSimpleName(),
        "rnnTimeStep",
        "depends on later steps");
    TestNet truncated = TestNet.of(Variant.PLAIN, this::layer, b -> {}, 2);
    RefusalPromises.assertMessage(
        assertThrows(
            UnsupportedOperationException.class,
            () -> truncated.fit(new DataSet(net.input(3, 6, 1), net.labels(3, 6, 2)))),
        "truncated BPTT",
        "depends on later steps");
  }

  @Test
  void laterStepsAreSeen() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(2, 9, 1);
    INDArray before = net.output(x).dup();
    net.steps(x, 8, 9).addi(1);
    INDArray after = net.output(x);
    assertFalse(ArrayAssertions.bitEqual(net.steps(before, 0, 1), net.steps(after, 0, 1)));
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  void rowsOfABatchDoNotSeeEachOther(Variant variant) {
    CausalityPromises.assertRowsApart(net(variant));
  }

  @Test
  void nothingIsPrinted() {
    HygienePromises.assertSilent(
        () -> {
          TestNet net = net(Variant.PLAIN);
          net.fit(new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2)));
          net.output(net.input(3, 7, 1), LayerUnderTest.mask());
        });
  }

  /** Each half sees everything. */
  @Test
  @Override
  public void bidirectionalReadsBothWays() {
    TestNet net = bothWays();
    INDArray x = net.input(3, 7, 1);
    INDArray before = net.activations(x, null).dup();
    net.steps(x, 3, 4).addi(1);
    INDArray change = net.activations(x, null).sub(before);
    assertTrue(Transforms.abs(change).minNumber().doubleValue() > 0);
  }

  @Test
  @Override
  public void aMaskedSequenceEqualsTheSequenceWithoutItsMaskedSteps() {
    assertSkipsMaskedSteps(net(Variant.PLAIN));
  }

  /** Masked steps are as if they were not there, in a network without states. */
  static void assertSkipsMaskedSteps(TestNet net) {
    INDArray mask = LayerUnderTest.mask();
    INDArray y = net.activations(MaskPromises.filled(net, mask, 5), mask).dup();
    INDArray x = net.input(3, 7, 1);
    for (int n = 0; n < 3; n++) {
      int[] valid = MaskPromises.validSteps(mask, n);
      INDArray packed = Nd4j.create(DataType.DOUBLE, 1, TestNet.INPUTS, valid.length);
      for (int i = 0; i < valid.length; i++) {
        net.step(packed, 0, i).assign(net.step(x, n, valid[i]));
      }
      INDArray expected = net.activations(packed, null);
      for (int i = 0; i < valid.length; i++) {
        ArrayAssertions.assertClose(net.step(expected, 0, i), net.step(y, n, valid[i]), 1e-10);
      }
    }
  }

  @Test
  @Override
  public void aRowWithoutValidStepsIsFiniteAndKeepsItsState() {
    assertFiniteWithoutValidSteps(net(Variant.PLAIN));
  }

  static void assertFiniteWithoutValidSteps(TestNet net) {
    SingleLayer layer = new SingleLayer(net);
    INDArray mask = LayerUnderTest.mask();
    mask.putRow(1, Nd4j.zeros(DataType.DOUBLE, 7));
    INDArray y = layer.forward(MaskPromises.filled(net, mask, Double.NaN), mask, true);
    MaskPromises.assertSecondRowIsAbsent(layer, y);
  }

  @Test
  @Override
  public void badInputIsRefusedBeforeAnyStateChanges() {
    for (RNNFormat format : RNNFormat.values()) {
      TestNet net = net(new Variant(DataType.DOUBLE, format, false, 1));
      SingleLayer layer = new SingleLayer(net);
      INDArray wrongSize = Nd4j.create(DataType.DOUBLE, 3, TestNet.INPUTS + 1, TestNet.INPUTS + 2);
      RefusalPromises.assertMessage(
          assertThrows(
              DL4JInvalidInputException.class, () -> layer.forward(wrongSize, null, false)),
          Arrays.toString(wrongSize.shape()),
          "nIn = " + TestNet.INPUTS,
          format);
      RefusalPromises.assertMessage(
          assertThrows(
              DL4JInvalidInputException.class,
              () -> layer.forward(net.input(3, 7, 1), Nd4j.ones(DataType.DOUBLE, 3, 6), true)),
          "mask",
          "[3, 6]",
          "[3, 7]");
    }
  }

  /** It has none. */
  @Test
  @Override
  public void badStatesAreRefused() {
    TestNet net = net(Variant.PLAIN);
    assertTrue(net.recurrent(0).rnnGetPreviousState().isEmpty());
  }

  /** Truncated BPTT is refused in every format. */
  @Test
  @Override
  public void truncatedBpttWithChannelsLastIsRefused() {
    TestNet net =
        TestNet.of(new Variant(DataType.DOUBLE, RNNFormat.NWC, false, 1), this::layer, b -> {}, 2);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 3, 3, TestNet.INPUTS);
    RefusalPromises.assertMessage(
        assertThrows(RuntimeException.class, () -> net.fit(new DataSet(x, x))), "truncated BPTT");
  }
}
