package org.dl4jext.samediff.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BlockUnitsTest {

  private static final int SIZE = 5;

  /** A block that can be made for any execution and data type. */
  private record Block(String name, Maker maker) {
    LayerUnit unit(Execution execution, DataType type) {
      return maker.make(execution, type);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private interface Maker {
    LayerUnit make(Execution execution, DataType type);
  }

  static Stream<Block> blocks() {
    List<Block> all = new ArrayList<>();
    for (NormSpec spec :
        List.of(
            RmsNormSpec.standard(),
            RmsNormSpec.standard().withGain(false).withEps(0.1),
            LayerNormSpec.standard(),
            LayerNormSpec.standard().withGain(false),
            LayerNormSpec.standard().withBias(false),
            LayerNormSpec.standard().withGain(false).withBias(false))) {
      all.add(new Block(spec.toString(), (e, t) -> BlockUnits.norm(spec, SIZE, e, t)));
    }
    SwiGluSpec swiGlu = SwiGluSpec.ofHidden(7);
    all.add(new Block("SwiGLU", (e, t) -> BlockUnits.swiGlu(swiGlu, SIZE, 3, e, t)));
    all.add(new Block("GELU MLP", (e, t) -> BlockUnits.geluMlp(SIZE, 7, e, t)));
    all.add(
        new Block(
            "residual SwiGLU",
            (e, t) ->
                new PreNormResidualUnit(
                    BlockUnits.norm(LayerNormSpec.standard(), SIZE, e, t),
                    BlockUnits.swiGlu(swiGlu, SIZE, SIZE, e, t),
                    t,
                    null)));
    return all.stream();
  }

  static Stream<Arguments> executions() {
    return blocks().flatMap(b -> Arrays.stream(Execution.values()).map(e -> Arguments.of(b, e)));
  }

  /** Arrays of one call, made from a seed. */
  private static final class Call {
    final LayerUnit unit;
    final INDArray[] inputs;
    final INDArray[] gradients;
    final INDArray dy;
    INDArray y;

    Call(LayerUnit unit, DataType type, boolean channelsFirst, INDArray mask) {
      this.unit = unit;
      Nd4j.getRandom().setSeed(12);
      INDArray x = Nd4j.randn(DataType.DOUBLE, 3, 4, SIZE).castTo(type);
      inputs = new INDArray[LayerUnit.FIRST_PARAMETER + unit.parameters().size()];
      inputs[0] = channelsFirst ? x.permute(0, 2, 1).dup('c').permute(0, 2, 1) : x;
      inputs[1] = mask;
      for (int i = LayerUnit.FIRST_PARAMETER; i < inputs.length; i++) {
        TensorShape p = unit.parameters().get(i - LayerUnit.FIRST_PARAMETER);
        inputs[i] = Nd4j.randn(DataType.DOUBLE, p.toArray()).castTo(type).dup('f');
      }
      dy = Nd4j.randn(DataType.DOUBLE, 3, 4, unit.outputSize()).castTo(type);
      y = Nd4j.valueArrayOf(new long[] {3, 4, unit.outputSize()}, 99.0, type);
      if (channelsFirst) {
        y = y.permute(0, 2, 1).dup('c').permute(0, 2, 1);
      }
      gradients = new INDArray[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        gradients[i] = i == 1 ? null : inputs[i].ulike().assign(77);
      }
    }

    Call forward() {
      unit.forward(inputs, new INDArray[] {y}, true);
      return this;
    }

    Call run() {
      forward();
      unit.backward(inputs, new INDArray[] {dy}, gradients);
      return this;
    }

    double loss() {
      unit.forward(inputs, new INDArray[] {y}, false);
      return y.mul(dy).sumNumber().doubleValue();
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void executionsAgree(Block block, Execution execution) {
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 0, 1, 1}, {0, 0, 0, 0}, {1, 1, 0, 0}});
    for (INDArray m : new INDArray[] {null, mask}) {
      Call oracle =
          new Call(block.unit(Execution.REFERENCE, DataType.DOUBLE), DataType.DOUBLE, false, m)
              .run();
      for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
        for (boolean channelsFirst : new boolean[] {false, true}) {
          Call call = new Call(block.unit(execution, type), type, channelsFirst, m).run();
          double tolerance = type == DataType.DOUBLE ? 1e-13 : 2e-6;
          assertClose(oracle.y, call.y, tolerance);
          for (int i = 0; i < call.gradients.length; i++) {
            if (i != 1) {
              assertClose(oracle.gradients[i], call.gradients[i], tolerance);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void gradientsAreThoseOfFiniteDifferences(Block block, Execution execution) {
    Call call =
        new Call(block.unit(execution, DataType.DOUBLE), DataType.DOUBLE, false, null).run();
    for (int i = 0; i < call.inputs.length; i++) {
      if (i == 1) {
        continue;
      }
      for (long j = 0; j < call.inputs[i].length(); j++) {
        double value = call.inputs[i].getDouble(j);
        call.inputs[i].putScalar(j, value + 1e-6);
        double up = call.loss();
        call.inputs[i].putScalar(j, value - 1e-6);
        double down = call.loss();
        call.inputs[i].putScalar(j, value);
        double expected = (up - down) / 2e-6;
        assertEquals(
            expected, call.gradients[i].getDouble(j), 1e-6 * Math.max(1, Math.abs(expected)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void maskedStepsCannotBeSeen(Block block, Execution execution) {
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 0, 1, 1}, {0, 0, 0, 0}, {1, 1, 1, 0}});
    Call clean =
        new Call(block.unit(execution, DataType.DOUBLE), DataType.DOUBLE, true, mask).run();
    Call dirty = new Call(block.unit(execution, DataType.DOUBLE), DataType.DOUBLE, true, mask);
    for (int n = 0; n < 3; n++) {
      for (int t = 0; t < 4; t++) {
        if (mask.getDouble(n, t) == 0) {
          dirty.inputs[0].putScalar(n, t, 1, Double.NaN);
          dirty.dy.putScalar(n, t, 0, Double.POSITIVE_INFINITY);
        }
      }
    }
    dirty.run();
    assertClose(clean.y, dirty.y, 0);
    assertClose(clean.gradients[0], dirty.gradients[0], 0);
    for (int i = LayerUnit.FIRST_PARAMETER; i < clean.gradients.length; i++) {
      assertClose(clean.gradients[i], dirty.gradients[i], 0);
    }
    for (int c = 0; c < SIZE; c++) {
      assertEquals(0, dirty.gradients[0].getDouble(0, 1, c));
    }
    for (int c = 0; c < clean.unit.outputSize(); c++) {
      assertEquals(0, dirty.y.getDouble(1, 2, c));
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void backwardTwiceGivesTheSame(Block block, Execution execution) {
    Call call =
        new Call(block.unit(execution, DataType.DOUBLE), DataType.DOUBLE, false, null).run();
    INDArray first = call.gradients[0].dup();
    call.unit.backward(call.inputs, new INDArray[] {call.dy}, call.gradients);
    assertClose(first, call.gradients[0], 0);
    call.unit.backward(call.inputs, new INDArray[] {null}, call.gradients);
    assertEquals(0, call.gradients[0].norm1Number().doubleValue());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void allStepsMaskedGiveZeros(Block block) {
    for (Execution execution : Execution.values()) {
      INDArray mask = Nd4j.zeros(DataType.FLOAT, 3, 4);
      Call call =
          new Call(block.unit(execution, DataType.DOUBLE), DataType.DOUBLE, false, mask).run();
      assertEquals(0, call.y.norm1Number().doubleValue());
      for (int i = 0; i < call.gradients.length; i++) {
        assertTrue(i == 1 || call.gradients[i].norm1Number().doubleValue() == 0);
      }
    }
  }

  /** A layer on grids, where the GELU MLP stands, does not step. */
  static Stream<Block> steppingBlocks() {
    return blocks().filter(block -> !block.name().equals("GELU MLP"));
  }

  @ParameterizedTest
  @MethodSource("steppingBlocks")
  void stepKernelsAgreeWithTheUnit(Block block) {
    LayerUnit unit = block.unit(Execution.HOST, DataType.DOUBLE);
    Call call = new Call(unit, DataType.DOUBLE, false, null).forward();
    INDArray[] parameters =
        Arrays.copyOfRange(call.inputs, LayerUnit.FIRST_PARAMETER, call.inputs.length);
    double[] y = new double[12 * (int) unit.outputSize()];
    unit.doubleStepKernel(parameters, 12).step(call.inputs[0].dup('c').data().asDouble(), y);
    assertArrayEquals(call.y.dup('c').data().asDouble(), y, 1e-14);

    LayerUnit floats = block.unit(Execution.HOST, DataType.FLOAT);
    INDArray[] floatParameters =
        Arrays.stream(parameters).map(p -> p.castTo(DataType.FLOAT)).toArray(INDArray[]::new);
    float[] floatY = new float[y.length];
    floats
        .floatStepKernel(floatParameters, 12)
        .step(call.inputs[0].castTo(DataType.FLOAT).dup('c').data().asFloat(), floatY);
    for (int i = 0; i < y.length; i++) {
      assertEquals(y[i], floatY[i], 1e-5);
    }
  }

  @Test
  void halfPrecisionIsComputed() {
    LayerUnit unit = BlockUnits.norm(RmsNormSpec.standard(), 2, Execution.HOST, DataType.FLOAT16);
    INDArray x = Nd4j.createFromArray(new float[][][] {{{3, 4}}}).castTo(DataType.FLOAT16);
    INDArray y = Nd4j.create(DataType.FLOAT16, 1, 1, 2);
    INDArray gain = Nd4j.ones(DataType.FLOAT16, 2);
    unit.forward(new INDArray[] {x, null, gain}, new INDArray[] {y}, false);
    assertEquals(3 / Math.sqrt(12.5), y.getDouble(0), 1e-3);
  }

  @Test
  void rmsNormHasTheValueOfTheFormula() {
    LayerUnit unit =
        BlockUnits.norm(new RmsNormSpec(0.5, true), 2, Execution.HOST, DataType.DOUBLE);
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, 1, 2);
    INDArray x = Nd4j.createFromArray(new double[][][] {{{3, 4}}});
    INDArray gain = Nd4j.createFromArray(1.0, 2.0);
    unit.forward(new INDArray[] {x, null, gain}, new INDArray[] {y}, false);
    assertArrayEquals(
        new double[] {3 / Math.sqrt(13), 8 / Math.sqrt(13)}, y.dup().data().asDouble(), 1e-15);
  }

  @Test
  void theGeluMlpHasTheValueOfTheFormula() {
    LayerUnit unit = BlockUnits.geluMlp(1, 2, Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs = {
      Nd4j.createFromArray(new double[][][] {{{0.5}}}),
      null,
      Nd4j.createFromArray(new double[][] {{2, -4}}),
      Nd4j.createFromArray(0.0, 1.0),
      Nd4j.createFromArray(new double[][] {{10}, {100}}),
      Nd4j.createFromArray(new double[] {3})
    };
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, 1, 1);
    unit.forward(inputs, new INDArray[] {y}, false);
    // gelu(1) = 0.841192 and gelu(-1) = -0.158808 in the tanh form.
    assertEquals(10 * 0.841192 - 100 * 0.158808 + 3, y.getDouble(0), 2e-4);
  }

  @Test
  void residualBlockAddsTheInput() {
    LayerUnit norm = BlockUnits.norm(RmsNormSpec.standard(), 2, Execution.HOST, DataType.DOUBLE);
    LayerUnit inner = BlockUnits.norm(new RmsNormSpec(1, true), 2, Execution.HOST, DataType.DOUBLE);
    LayerUnit block = new PreNormResidualUnit(norm, inner, DataType.DOUBLE, null);
    INDArray x = Nd4j.createFromArray(new double[][][] {{{3, 4}}});
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, 1, 2);
    INDArray one = Nd4j.ones(DataType.DOUBLE, 2);
    block.forward(new INDArray[] {x, null, one, one.mul(5)}, new INDArray[] {y}, false);
    double z = 3 / Math.sqrt(12.5 + 1e-5); // its mean square is 1 but for the epsilon
    assertEquals(3 + 5 * z / Math.sqrt(2), y.getDouble(0), 1e-5);
    assertEquals(List.of("ng", "ig"), block.parameters().stream().map(TensorShape::name).toList());
  }

  @Test
  void residualBlockRefusesAnotherSize() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new PreNormResidualUnit(
                        BlockUnits.norm(RmsNormSpec.standard(), 4, Execution.HOST, DataType.DOUBLE),
                        BlockUnits.swiGlu(
                            SwiGluSpec.standard(), 4, 3, Execution.HOST, DataType.DOUBLE),
                        DataType.DOUBLE,
                        null))
            .getMessage();
    assertTrue(message.contains("the layer has 3 outputs; allowed: 4"), message);
  }

  @Test
  void badArraysAreNamed() {
    LayerUnit unit = BlockUnits.norm(RmsNormSpec.standard(), 2, Execution.HOST, DataType.DOUBLE);
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, 1, 2);
    INDArray x = Nd4j.create(DataType.DOUBLE, 1, 1, 3);
    INDArray gain = Nd4j.create(DataType.DOUBLE, 2);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> unit.forward(new INDArray[] {x, null, gain}, new INDArray[] {y}, false))
            .getMessage();
    assertTrue(message.contains("RMS norm: x is [1, 1, 3]"), message);
    assertThrows(
        IllegalStateException.class,
        () -> unit.backward(new INDArray[3], new INDArray[1], new INDArray[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> BlockUnits.norm(RmsNormSpec.standard(), 2, Execution.HOST, DataType.INT32));
  }

  private static void assertClose(INDArray expected, INDArray actual, double tolerance) {
    double[] e = expected.dup('c').data().asDouble();
    double[] a = actual.dup('c').data().asDouble();
    assertEquals(e.length, a.length);
    double scale = Math.max(1, Arrays.stream(e).map(Math::abs).max().orElseThrow());
    for (int i = 0; i < e.length; i++) {
      assertEquals(e[i], a[i], tolerance * scale);
    }
  }
}
