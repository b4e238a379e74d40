package org.dl4jext.samediff.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.BlocksBuilds;
import org.dl4jext.samediff.kernel.DoubleBlocks;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DeltaRuleHostTest {

  /** Sizes batch, tokens, heads, value heads, key size, value size. */
  record Shape(int[] sizes, int n, boolean gated, boolean states, QueryKeyNorm norm, int chunk) {
    DeltaRuleSpec spec() {
      return new DeltaRuleSpec(n, 0.7, norm, 1e-6, chunk);
    }

    @Override
    public String toString() {
      return java.util.Arrays.toString(sizes)
          + " n="
          + n
          + (gated ? " gated" : "")
          + (states ? " states" : "")
          + " "
          + norm
          + " chunk="
          + chunk;
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

  private static INDArray[] inputs(Shape shape) {
    INDArray[] inputs =
        DeltaHostOracle.randomInputs(7, shape.sizes, shape.n, shape.gated, shape.states);
    if (shape.norm == QueryKeyNorm.NONE) {
      inputs[0].divi(2);
      inputs[1].divi(2);
    } else if (shape.norm == QueryKeyNorm.SUM) {
      for (int i = 0; i < 2; i++) {
        for (long j = 0; j < inputs[i].length(); j++) {
          inputs[i].putScalar(j, Math.abs(inputs[i].getDouble(j)) + 0.1);
        }
      }
    }
    return inputs;
  }

  private static INDArray[] cotangents(DeltaHostOracle oracle) {
    Random random = new Random(11);
    INDArray[] cotangents = oracle.emptyOutputs();
    for (INDArray cotangent : cotangents) {
      for (long i = 0; i < cotangent.length(); i++) {
        cotangent.putScalar(i, random.nextGaussian());
      }
    }
    return cotangents;
  }

  private static INDArray[] cast(INDArray[] arrays, DataType type) {
    return Stream.of(arrays).map(a -> a == null ? null : a.castTo(type)).toArray(INDArray[]::new);
  }

  private static void assertClose(
      INDArray[] expected, INDArray[] actual, double tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] == null) {
        continue;
      }
      double scale = Math.max(1, expected[i].amaxNumber().doubleValue());
      double error = expected[i].sub(actual[i].castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
      assertTrue(error <= tolerance * scale, what + " " + i + ": error " + error);
    }
  }

  private static void assertAgrees(
      DifferentiableUnit unit, Shape shape, DataType type, double tolerance) {
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs(shape));
    INDArray[] inputs = cast(oracle.inputs, type);
    INDArray[] outputs = cast(oracle.emptyOutputs(), type);
    INDArray[] cotangents = cotangents(oracle);
    INDArray[] gradients = cast(oracle.emptyGradients(), type);
    unit.forward(inputs, outputs, false);
    assertClose(oracle.run(null), outputs, tolerance, "output of inference");
    unit.forward(inputs, outputs, true);
    assertClose(oracle.run(null), outputs, tolerance, "output");
    unit.backward(inputs, cast(cotangents, type), gradients);
    assertClose(oracle.run(cotangents), gradients, 10 * tolerance, "gradient");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheStepwiseLoopInDouble(Shape shape) {
    for (DoubleBlocks blocks : BlocksBuilds.doubles()) {
      assertAgrees(new DoubleDeltaRule(shape.spec(), blocks), shape, DataType.DOUBLE, 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheStepwiseLoopInFloat(Shape shape) {
    for (FloatBlocks blocks : BlocksBuilds.floats()) {
      assertAgrees(new FloatDeltaRule(shape.spec(), blocks), shape, DataType.FLOAT, 2e-5);
    }
  }

  @Test
  void oneUnitTakesCallsOfDifferentSizes() {
    DeltaRuleSpec spec = new DeltaRuleSpec(2, 0.7, QueryKeyNorm.L2, 1e-6, 0);
    DifferentiableUnit unit = DeltaHost.rule(spec, DataType.DOUBLE);
    for (int[] sizes :
        List.of(
            new int[] {2, 40, 2, 2, 5, 6},
            new int[] {1, 3, 2, 2, 5, 6},
            new int[] {3, 41, 1, 2, 7, 6},
            new int[] {2, 40, 2, 2, 5, 6})) {
      assertAgrees(
          unit, new Shape(sizes, 2, true, true, QueryKeyNorm.L2, 0), DataType.DOUBLE, 1e-12);
      assertAgrees(
          unit, new Shape(sizes, 2, false, false, QueryKeyNorm.L2, 0), DataType.DOUBLE, 1e-12);
    }
  }

  @Test
  void strongGatesAndGatesOfZeroStayFinite() {
    Shape shape = new Shape(new int[] {1, 90, 1, 1, 6, 5}, 2, true, true, QueryKeyNorm.L2, 0);
    double[] choices = {-1000, -25, 0, -25, -0.1, -400};
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      INDArray[] inputs = inputs(shape);
      for (long i = 0; i < inputs[4].length(); i++) {
        inputs[4].putScalar(i, choices[(int) (i * 7 % 6)]);
      }
      DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs);
      double tolerance = type == DataType.DOUBLE ? 1e-12 : 1e-5;
      INDArray[] outputs = cast(oracle.emptyOutputs(), type);
      INDArray[] gradients = cast(oracle.emptyGradients(), type);
      INDArray[] cotangents = cotangents(oracle);
      DifferentiableUnit unit = DeltaHost.rule(shape.spec(), type);
      unit.forward(cast(inputs, type), outputs, true);
      unit.backward(cast(inputs, type), cast(cotangents, type), gradients);
      assertClose(oracle.run(null), outputs, tolerance, "output");
      assertClose(oracle.run(cotangents), gradients, 10 * tolerance, "gradient");
    }
  }

  @Test
  void correlatedKeysWithReflectionsStayAccurateInFloat() {
    Shape shape = new Shape(new int[] {1, 128, 1, 1, 16, 16}, 2, false, true, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape);
    INDArray common = inputs[1].slice(0).slice(0).slice(0).dup();
    for (int i = 0; i < inputs[1].size(1); i++) {
      inputs[1].slice(0).slice(i).slice(0).muli(0.1).addi(common.mul(0.9));
    }
    inputs[3].assign(1.98);
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs);
    INDArray[] outputs = cast(oracle.emptyOutputs(), DataType.FLOAT);
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.FLOAT);
    unit.forward(cast(inputs, DataType.FLOAT), outputs, false);
    assertClose(oracle.run(null), outputs, 2e-5, "output");
  }

  @Test
  void nullOutputsGradientsAndBetaAreAllowed() {
    Shape shape = new Shape(new int[] {2, 20, 1, 1, 6, 5}, 1, true, true, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape);
    inputs[3].assign(1);
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs.clone());
    inputs[3] = null;
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.DOUBLE);
    INDArray[] outputs = oracle.emptyOutputs();
    unit.forward(inputs, new INDArray[] {outputs[0], null}, true);
    assertEquals(
        0, oracle.run(null)[0].sub(outputs[0]).amaxNumber().doubleValue(), 1e-12, "output");
    INDArray[] cotangents = cotangents(oracle);
    cotangents[0] = null;
    INDArray[] gradients = oracle.emptyGradients();
    INDArray[] some = {null, gradients[1], null, null, gradients[4], null};
    unit.backward(inputs, cotangents, some);
    INDArray[] expected = oracle.run(cotangents);
    assertEquals(0, expected[1].sub(gradients[1]).amaxNumber().doubleValue(), 1e-11);
    assertEquals(0, expected[4].sub(gradients[4]).amaxNumber().doubleValue(), 1e-11);
  }

  @Test
  void anyStridesAreRead() {
    Shape shape = new Shape(new int[] {2, 9, 2, 2, 5, 6}, 2, true, true, QueryKeyNorm.L2, 0);
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs(shape));
    INDArray[] inputs = oracle.inputs.clone();
    INDArray[] outputs = oracle.emptyOutputs();
    inputs[0] = inputs[0].permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
    inputs[1] = inputs[1].dup('f');
    inputs[2] =
        Nd4j.concat(1, inputs[2], inputs[2])
            .get(
                org.nd4j.linalg.indexing.NDArrayIndex.all(),
                org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 18));
    outputs[0] = outputs[0].permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
    DeltaHost.rule(shape.spec(), DataType.DOUBLE).forward(inputs, outputs, false);
    assertClose(oracle.run(null), outputs, 1e-12, "output");
  }

  @Test
  void halfArraysAreComputedInFloat() {
    Shape shape = new Shape(new int[] {1, 9, 1, 1, 4, 4}, 1, false, false, QueryKeyNorm.L2, 0);
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs(shape));
    INDArray[] outputs = cast(oracle.emptyOutputs(), DataType.FLOAT16);
    DeltaHost.rule(shape.spec(), DataType.FLOAT16)
        .forward(cast(oracle.inputs, DataType.FLOAT16), outputs, false);
    assertClose(oracle.run(null), outputs, 5e-3, "output");
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    Shape shape = new Shape(new int[] {3, 120, 2, 4, 17, 16}, 2, true, true, QueryKeyNorm.L2, 0);
    INDArray[] inputs = inputs(shape);
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs);
    INDArray[] cotangents = cotangents(oracle);
    String before = System.getProperty("org.dl4jext.threads");
    try {
      System.setProperty("org.dl4jext.threads", "1");
      INDArray[] one = results(shape, inputs, cotangents, oracle);
      System.setProperty("org.dl4jext.threads", "3");
      INDArray[] three = results(shape, inputs, cotangents, oracle);
      for (int i = 0; i < one.length; i++) {
        assertEquals(one[i], three[i]);
        assertEquals(0, one[i].sub(three[i]).amaxNumber().doubleValue(), 0.0);
      }
    } finally {
      if (before == null) {
        System.clearProperty("org.dl4jext.threads");
      } else {
        System.setProperty("org.dl4jext.threads", before);
      }
    }
  }

  private static INDArray[] results(
      Shape shape, INDArray[] inputs, INDArray[] cotangents, DeltaHostOracle oracle) {
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.DOUBLE);
    INDArray[] outputs = oracle.emptyOutputs();
    INDArray[] gradients = oracle.emptyGradients();
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, cotangents, gradients);
    return Stream.concat(Stream.of(outputs), Stream.of(gradients)).toArray(INDArray[]::new);
  }

  @Test
  void savedStatesTakeAnEighthOfStoringEveryStateAtMost() {
    int tokens = 512;
    int size = 64;
    Shape shape =
        new Shape(new int[] {1, tokens, 1, 1, size, size}, 2, false, false, QueryKeyNorm.L2, 0);
    FloatDeltaRule unit = new FloatDeltaRule(shape.spec(), FloatBlocks.best());
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs(shape));
    unit.forward(
        cast(oracle.inputs, DataType.FLOAT), cast(oracle.emptyOutputs(), DataType.FLOAT), true);
    long everyToken = 4L * tokens * size * size;
    assertTrue(unit.savedStateBytes() * 8 <= everyToken, "states " + unit.savedStateBytes());
    long everyMicroStep = 2 * everyToken;
    assertTrue(unit.savedBytes() * 8 <= everyMicroStep, "all that is saved " + unit.savedBytes());
  }

  @Test
  void badInputsAreNamedBeforeAnythingIsWritten() {
    Shape shape = new Shape(new int[] {1, 4, 1, 1, 3, 3}, 2, false, false, QueryKeyNorm.L2, 0);
    DeltaHostOracle oracle = new DeltaHostOracle(shape.spec(), inputs(shape));
    DifferentiableUnit unit = DeltaHost.rule(shape.spec(), DataType.DOUBLE);
    INDArray[] outputs = oracle.emptyOutputs();
    INDArray[] inputs = oracle.inputs.clone();
    inputs[1] = Nd4j.create(DataType.DOUBLE, 1, 4, 1, 3);
    Exception wrongShape =
        assertThrows(IllegalArgumentException.class, () -> unit.forward(inputs, outputs, false));
    assertTrue(wrongShape.getMessage().contains("input k"), wrongShape.getMessage());
    assertTrue(wrongShape.getMessage().contains("[1, 8, 1, 3]"), wrongShape.getMessage());
    inputs[1] = oracle.inputs[1].castTo(DataType.FLOAT);
    assertThrows(IllegalArgumentException.class, () -> unit.forward(inputs, outputs, false));
    assertEquals(0, outputs[0].amaxNumber().doubleValue(), 0.0);
    assertThrows(
        IllegalStateException.class,
        () -> unit.backward(oracle.inputs, outputs, oracle.emptyGradients()));
    assertThrows(
        IllegalArgumentException.class, () -> DeltaHost.rule(shape.spec(), DataType.INT32));
  }
}
