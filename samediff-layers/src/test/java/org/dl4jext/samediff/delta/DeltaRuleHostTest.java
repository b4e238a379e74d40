package org.dl4jext.samediff.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.kernel.BlocksBuilds;
import org.dl4jext.samediff.kernel.DoubleBlocks;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.HostThreadsProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DeltaRuleHostTest {

  /** Arrays of batch, tokens, heads, value heads, key size, value size, and the options. */
  record Shape(int[] at, int n, boolean gated, boolean states, QueryKeyNorm norm, int chunk) {
    DeltaRuleSpec spec() {
      return DeltaCases.rule(n, norm, chunk);
    }

    DeltaRuleSizes sizes() {
      return new DeltaRuleSizes(at[0], at[1], n, at[2], at[3], at[4], at[5]);
    }

    @Override
    public String toString() {
      String options = (gated ? " gated" : "") + (states ? " states" : "") + " " + norm;
      return Arrays.toString(at) + " n=" + n + options + " chunk=" + chunk;
    }
  }

  static Stream<Shape> shapes() {
    return Stream.of(
        new Shape(new int[] {1, 1, 1, 1, 1, 1}, 1, false, false, QueryKeyNorm.L2, 0),
        new Shape(new int[] {2, 1, 2, 2, 5, 3}, 2, true, true, QueryKeyNorm.L2, 0),
        new Shape(new int[] {2, 19, 2, 2, 5, 12}, 1, false, true, QueryKeyNorm.L2, 0),
        new Shape(new int[] {1, 37, 1, 1, 20, 48}, 2, false, false, QueryKeyNorm.L2, 0),
        new Shape(new int[] {1, 37, 1, 3, 20, 17}, 2, true, false, QueryKeyNorm.L2, 0),
        new Shape(new int[] {2, 23, 2, 4, 16, 16}, 3, true, true, QueryKeyNorm.L2, 0),
        new Shape(new int[] {1, 50, 1, 1, 33, 7}, 1, true, true, QueryKeyNorm.L2, 9),
        new Shape(new int[] {1, 40, 1, 2, 8, 8}, 2, false, true, QueryKeyNorm.L2, 3),
        new Shape(new int[] {1, 70, 1, 1, 64, 64}, 2, true, true, QueryKeyNorm.L2, 0),
        new Shape(new int[] {1, 30, 1, 1, 4, 6}, 5, true, true, QueryKeyNorm.L2, 7),
        new Shape(new int[] {1, 12, 1, 2, 3, 4}, 2, true, true, QueryKeyNorm.NONE, 0),
        new Shape(new int[] {1, 12, 2, 2, 3, 4}, 2, true, true, QueryKeyNorm.SUM, 5));
  }

  private static INDArray[] inputs(Shape shape, DataType type) {
    return DeltaCases.ruleInputs(7, type, shape.sizes(), shape.norm, shape.gated, shape.states);
  }

  /** The reference on the same numbers, in double. */
  private static DeltaCases.Run reference(Shape shape, INDArray[] inputs) {
    return DeltaCases.run(
        DeltaUnits.rule(shape.spec(), Execution.REFERENCE, DataType.DOUBLE),
        DeltaCases.cast(inputs, DataType.DOUBLE),
        DeltaCases.ruleOutputs(shape.sizes()),
        -1);
  }

  private static DeltaCases.Run run(DifferentiableUnit unit, Shape shape, INDArray[] inputs) {
    return DeltaCases.run(unit, inputs, DeltaCases.ruleOutputs(shape.sizes()), -1);
  }

  private static void assertAgrees(
      DifferentiableUnit unit, Shape shape, INDArray[] inputs, double tolerance) {
    DeltaCases.Run expected = reference(shape, inputs);
    run(unit, shape, inputs).requireNear(expected, tolerance, shape.toString());
    INDArray[] outputs = new INDArray[2];
    for (int i = 0; i < 2; i++) {
      outputs[i] = expected.outputs()[i].ulike().castTo(inputs[0].dataType());
    }
    unit.forward(inputs, outputs, false);
    new DeltaCases.Run(outputs, new INDArray[0])
        .requireNear(
            new DeltaCases.Run(expected.outputs(), new INDArray[0]), tolerance, "inference");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheReferenceInDouble(Shape shape) {
    for (DoubleBlocks blocks : BlocksBuilds.doubles()) {
      DifferentiableUnit unit = new DoubleDeltaRule(shape.spec(), DataType.DOUBLE, blocks);
      assertAgrees(unit, shape, inputs(shape, DataType.DOUBLE), 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheReferenceInFloat(Shape shape) {
    for (FloatBlocks blocks : BlocksBuilds.floats()) {
      DifferentiableUnit unit = new FloatDeltaRule(shape.spec(), DataType.FLOAT, blocks);
      assertAgrees(unit, shape, inputs(shape, DataType.FLOAT), 1e-4);
    }
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    Shape shape = new Shape(new int[] {1, 7, 1, 2, 3, 2}, 2, true, true, QueryKeyNorm.L2, 3);
    FiniteDifferences.check(
        DeltaHost.rule(shape.spec(), DataType.DOUBLE),
        inputs(shape, DataType.DOUBLE),
        DeltaCases.ruleOutputs(shape.sizes()),
        -1);
  }

  @Test
  void oneUnitTakesCallsOfDifferentSizes() {
    DeltaRuleSpec spec = new DeltaRuleSpec(2, 0.4, QueryKeyNorm.L2, 1e-6, 0);
    DifferentiableUnit unit = DeltaHost.rule(spec, DataType.DOUBLE);
    for (int[] sizes :
        List.of(
            new int[] {2, 40, 2, 2, 5, 6},
            new int[] {1, 3, 2, 2, 5, 6},
            new int[] {3, 41, 1, 2, 7, 6},
            new int[] {2, 40, 2, 2, 5, 6})) {
      for (boolean gated : new boolean[] {true, false, true}) {
        Shape shape = new Shape(sizes, 2, gated, gated, QueryKeyNorm.L2, 0);
        assertAgrees(unit, shape, inputs(shape, DataType.DOUBLE), 1e-12);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void strongGatesAndGatesOfZeroStayFinite(DataType type) {
    Shape shape = new Shape(new int[] {1, 90, 1, 1, 6, 5}, 2, true, true, QueryKeyNorm.L2, 0);
    double[] choices = {-1000, -25, 0, -25, -0.1, -400};
    INDArray[] inputs = inputs(shape, type);
    for (long i = 0; i < inputs[4].length(); i++) {
      inputs[4].putScalar(i, choices[(int) (i * 7 % 6)]);
    }
    assertAgrees(
        DeltaHost.rule(shape.spec(), type), shape, inputs, type == DataType.DOUBLE ? 1e-12 : 1e-4);
  }

  @Test
  void correlatedKeysWithReflectionsStayAccurateInFloat() {
    Shape shape = new Shape(new int[] {1, 128, 1, 1, 16, 16}, 2, false, true, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape, DataType.FLOAT);
    INDArray common = inputs[1].slice(0).slice(0).slice(0).dup();
    for (int i = 0; i < inputs[1].size(1); i++) {
      inputs[1].slice(0).slice(i).slice(0).muli(0.1).addi(common.mul(0.9));
    }
    inputs[3].assign(1.98);
    assertAgrees(DeltaHost.rule(shape.spec(), DataType.FLOAT), shape, inputs, 1e-4);
  }

  @Test
  void outputsAndGradientsThatAreNotWantedMayBeNull() {
    Shape shape = new Shape(new int[] {2, 20, 1, 1, 6, 5}, 1, true, true, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape, DataType.DOUBLE);
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.DOUBLE);
    DeltaCases.Run all = run(unit, shape, inputs);
    INDArray o = all.outputs()[0].ulike();
    unit.forward(inputs, new INDArray[] {o, null}, true);
    assertEquals(all.outputs()[0], o);
    INDArray[] cotangents = {DeltaCases.normal(new Random(1), DataType.DOUBLE, o.shape()), null};
    INDArray[] gradients = new INDArray[6];
    gradients[1] = inputs[1].ulike();
    unit.backward(inputs, cotangents, gradients);
    INDArray[] more = new INDArray[6];
    for (int i = 0; i < 6; i++) {
      more[i] = inputs[i].ulike();
    }
    unit.backward(inputs, new INDArray[] {cotangents[0], all.outputs()[1].mul(0)}, more);
    assertEquals(0, more[1].sub(gradients[1]).amaxNumber().doubleValue(), 1e-13);
  }

  @Test
  void arraysOfAnyStridesAreReadAndWritten() {
    Shape shape = new Shape(new int[] {2, 9, 2, 2, 5, 6}, 2, true, true, QueryKeyNorm.L2, 0);
    INDArray[] plain = inputs(shape, DataType.DOUBLE);
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.DOUBLE);
    INDArray expected = run(unit, shape, plain).outputs()[0];
    INDArray[] inputs = plain.clone();
    inputs[0] = channelsFirst(plain[0]);
    inputs[1] = plain[1].dup('f');
    inputs[2] =
        Nd4j.concat(1, plain[2], plain[2])
            .get(NDArrayIndex.all(), NDArrayIndex.interval(0, plain[2].size(1)));
    INDArray o = channelsFirst(expected.mul(0));
    unit.forward(inputs, new INDArray[] {o, null}, false);
    assertEquals(0, o.sub(expected).amaxNumber().doubleValue(), 0.0);
  }

  private static INDArray channelsFirst(INDArray array) {
    return array.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
  }

  @Test
  void halfArraysAreComputedInFloat() {
    Shape shape = new Shape(new int[] {1, 9, 1, 1, 4, 4}, 1, false, false, QueryKeyNorm.L2, 0);
    assertAgrees(
        DeltaHost.rule(shape.spec(), DataType.FLOAT16),
        shape,
        inputs(shape, DataType.FLOAT16),
        5e-3);
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    Shape shape = new Shape(new int[] {3, 120, 2, 4, 17, 16}, 2, true, true, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape, DataType.DOUBLE);
    DeltaCases.Run one = HostThreadsProperty.with(1, () -> fresh(shape, inputs));
    DeltaCases.Run three = HostThreadsProperty.with(3, () -> fresh(shape, inputs));
    one.requireNear(three, 0, "threads");
  }

  private static DeltaCases.Run fresh(Shape shape, INDArray[] inputs) {
    return run(DeltaHost.rule(shape.spec(), inputs[0].dataType()), shape, inputs);
  }

  @Test
  void examplesDoNotSeeEachOtherAndNoStepSeesTheFuture() {
    Shape shape = new Shape(new int[] {2, 50, 1, 1, 12, 9}, 2, true, false, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape, DataType.FLOAT);
    INDArray before = fresh(shape, inputs).outputs()[0].dup();
    inputs[2].slice(1).slice(2 * 20).addi(1);
    inputs[1].slice(1).slice(2 * 20 + 1).muli(-3).addi(0.1);
    INDArray after = fresh(shape, inputs).outputs()[0];
    assertEquals(before.slice(0), after.slice(0));
    for (int t = 0; t < 50; t++) {
      boolean same = before.slice(1).slice(t).equalsWithEps(after.slice(1).slice(t), 0);
      assertEquals(t < 20, same, "step " + t);
    }
  }

  @Test
  void savedStatesTakeAnEighthOfStoringEveryStateAtMost() {
    int tokens = 512;
    int size = 64;
    Shape shape =
        new Shape(new int[] {1, tokens, 1, 1, size, size}, 2, false, false, QueryKeyNorm.L2, 0);
    FloatDeltaRule unit = new FloatDeltaRule(shape.spec(), DataType.FLOAT, FloatBlocks.best());
    unit.forward(inputs(shape, DataType.FLOAT), new INDArray[2], true);
    long everyToken = 4L * tokens * size * size;
    assertTrue(unit.savedStateBytes() * 8 <= everyToken, "states " + unit.savedStateBytes());
    long everyMicroStep = 2 * everyToken;
    assertTrue(unit.savedBytes() * 8 <= everyMicroStep, "all that is saved " + unit.savedBytes());
  }

  @Test
  void badInputsAreNamedBeforeAnythingIsWritten() {
    Shape shape = new Shape(new int[] {1, 4, 1, 1, 3, 3}, 2, false, false, QueryKeyNorm.L2, 0);
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.DOUBLE);
    INDArray[] inputs = inputs(shape, DataType.DOUBLE);
    INDArray[] outputs = {Nd4j.zeros(DataType.DOUBLE, 1, 4, 1, 3), null};
    INDArray k = inputs[1];
    inputs[1] = Nd4j.create(DataType.DOUBLE, 1, 4, 1, 3);
    Exception wrong =
        assertThrows(IllegalArgumentException.class, () -> unit.forward(inputs, outputs, false));
    assertTrue(wrong.getMessage().contains("k is [1, 4, 1, 3]"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("[1, 8, 1, 3]"), wrong.getMessage());
    inputs[1] = k.castTo(DataType.FLOAT);
    assertThrows(IllegalArgumentException.class, () -> unit.forward(inputs, outputs, false));
    assertEquals(0, outputs[0].amaxNumber().doubleValue(), 0.0);
    assertThrows(
        IllegalStateException.class, () -> unit.backward(inputs, outputs, new INDArray[6]));
    assertThrows(
        IllegalArgumentException.class, () -> DeltaHost.rule(shape.spec(), DataType.INT32));
  }
}
