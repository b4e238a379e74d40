package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Outputs depend on the past of their own example alone. */
interface CausalityPromises extends LayerUnderTest {

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void aStepChangesNoEarlierOutput(Variant variant) {
    TestNet net = net(variant);
    INDArray x = net.input(2, 40, 1);
    INDArray before = net.output(x).dup();
    for (int t : new int[] {0, 1, 17, 39}) {
      INDArray changed = x.dup();
      net.steps(changed, t, t + 1).addi(1);
      INDArray after = net.output(changed);
      if (t > 0) {
        ArrayAssertions.assertBitEqual(net.steps(before, 0, t), net.steps(after, 0, t));
      }
      assertFalse(
          ArrayAssertions.bitEqual(net.steps(before, t, 40), net.steps(after, t, 40)),
          "step " + t + " has no effect");
    }
  }

  /** Whatever the lengths of the calls before. */
  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void theBeginningOfASequenceGivesTheBeginningOfTheOutput(Variant variant) {
    TestNet net = net(variant);
    INDArray x = net.input(3, 12, 1);
    INDArray whole = net.output(x).dup();
    double tolerance = variant.dataType() == DataType.DOUBLE ? 1e-10 : 1e-5;
    for (int steps : new int[] {1, 5, 12, 3, 1, 9}) {
      ArrayAssertions.assertClose(
          net.steps(whole, 0, steps), net.output(net.steps(x, 0, steps)), tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void rowsOfABatchDoNotSeeEachOther(Variant variant) {
    assertRowsApart(net(variant));
  }

  /** A change in one example changes no bit of the others. */
  static void assertRowsApart(TestNet net) {
    INDArray x = net.input(3, 9, 1);
    INDArray before = net.output(x).dup();
    INDArray changed = x.dup();
    changed.slice(1).muli(-3);
    INDArray after = net.output(changed);
    ArrayAssertions.assertBitEqual(before.slice(0), after.slice(0));
    ArrayAssertions.assertBitEqual(before.slice(2), after.slice(2));
    assertFalse(ArrayAssertions.bitEqual(before.slice(1), after.slice(1)));
  }
}
