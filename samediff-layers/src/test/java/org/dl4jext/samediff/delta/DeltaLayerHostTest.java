package org.dl4jext.samediff.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.kernel.BlocksBuilds;
import org.dl4jext.samediff.kernel.DoubleBlocks;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.dl4jext.samediff.kernel.HostThreadsProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DeltaLayerHostTest {

  private static final int BATCH = 3;
  private static final int TOKENS = 21;

  private static final DeltaSpec FULL =
      DeltaSpec.gatedDeltaProduct(10, 2, 2).withValueHeads(4).withValueSize(7);

  static Stream<DeltaSpec> specs() {
    return Stream.of(
        DeltaSpec.deltaNet(8, 2),
        DeltaSpec.gatedDeltaNet(12, 1).withConvolutionBias(true).withConvolutionWidth(3),
        DeltaSpec.deltaProduct(10, 2, 3).withChunkTokens(4),
        DeltaSpec.gatedDeltaProduct(32, 2, 2).withKeySize(20).withValueSize(17),
        FULL,
        FULL.withChunkTokens(1),
        FULL.withConvolutionWidth(1).withOutputNorm(false),
        FULL.withConvolutionWidth(40).withChunkTokens(5),
        DeltaSpec.deltaProduct(6, 2, 2)
            .withLearnedBeta(false)
            .withQueryKeyActivation(Activation.ELU_PLUS_ONE)
            .withValueActivation(Activation.RELU)
            .withQueryKeyNorm(QueryKeyNorm.SUM)
            .withOutputNorm(false),
        DeltaSpec.deltaProduct(6, 1, 1)
            .withQueryKeyActivation(Activation.IDENTITY)
            .withValueActivation(Activation.IDENTITY)
            .withEigenvalueRange(EigenvalueRange.UNIT)
            .withScale(0.3));
  }

  private static INDArray[] inputs(DeltaLayout layout, DataType type, boolean states) {
    return DeltaCases.layerInputs(5, type, layout, BATCH, TOKENS, states);
  }

  private static INDArray mask(DataType type) {
    Random random = new Random(3);
    INDArray mask = Nd4j.create(type, BATCH, TOKENS);
    for (int t = 0; t < TOKENS; t++) {
      mask.putScalar(0, t, t < 9 ? 1 : 0);
      mask.putScalar(1, t, random.nextBoolean() ? 1 : 0);
    }
    return mask;
  }

  private static DeltaCases.Run run(LayerUnit unit, DeltaLayout layout, INDArray[] inputs) {
    int tokens = (int) inputs[0].size(1);
    int batch = (int) inputs[0].size(0);
    return DeltaCases.run(unit, inputs, DeltaCases.layerOutputs(layout, batch, tokens), 1);
  }

  private static DeltaCases.Run reference(DeltaLayout layout, INDArray[] inputs) {
    LayerUnit unit = DeltaUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    return run(unit, layout, DeltaCases.cast(inputs, DataType.DOUBLE));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void agreesWithTheReferenceInDouble(DeltaSpec spec) {
    DeltaLayout layout = new DeltaLayout(spec, 6, 5);
    for (DoubleBlocks blocks : BlocksBuilds.doubles()) {
      for (boolean states : new boolean[] {false, true}) {
        INDArray[] inputs = inputs(layout, DataType.DOUBLE, states);
        inputs[1] = states ? mask(DataType.DOUBLE) : null;
        LayerUnit unit = new DoubleDeltaLayer(layout, DataType.DOUBLE, blocks);
        run(unit, layout, inputs).requireNear(reference(layout, inputs), 1e-11, "double");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void agreesWithTheReferenceInFloat(DeltaSpec spec) {
    DeltaLayout layout = new DeltaLayout(spec, 6, 5);
    for (FloatBlocks blocks : BlocksBuilds.floats()) {
      INDArray[] inputs = inputs(layout, DataType.FLOAT, true);
      inputs[1] = mask(DataType.FLOAT);
      LayerUnit unit = new FloatDeltaLayer(layout, DataType.FLOAT, blocks);
      run(unit, layout, inputs).requireNear(reference(layout, inputs), 1e-3, "float");
    }
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    DeltaLayout layout =
        new DeltaLayout(
            DeltaSpec.gatedDeltaProduct(4, 2, 2)
                .withValueHeads(4)
                .withValueSize(3)
                .withConvolutionBias(true)
                .withChunkTokens(3),
            3,
            2);
    INDArray[] inputs = DeltaCases.layerInputs(2, DataType.DOUBLE, layout, 2, 7, true);
    inputs[1] = Nd4j.createFromArray(new double[][] {{1, 1, 0, 1, 1, 0, 1}, {0, 1, 1, 0, 0, 0, 1}});
    LayerUnit unit = DeltaHost.layer(layout, DataType.DOUBLE);
    FiniteDifferences.check(unit, inputs, DeltaCases.layerOutputs(layout, 2, 7), 1);
  }

  @Test
  void oneUnitTakesCallsOfDifferentSizes() {
    DeltaLayout layout = new DeltaLayout(FULL, 6, 5);
    LayerUnit unit = DeltaHost.layer(layout, DataType.DOUBLE);
    for (int[] size : new int[][] {{2, 40}, {1, 1}, {4, 3}, {1, 70}, {2, 40}}) {
      for (boolean states : new boolean[] {true, false}) {
        INDArray[] inputs =
            DeltaCases.layerInputs(9, DataType.DOUBLE, layout, size[0], size[1], states);
        run(unit, layout, inputs).requireNear(reference(layout, inputs), 1e-11, "size");
      }
    }
  }

  @Test
  void maskedStepsCannotBeSeen() {
    DeltaLayout layout = new DeltaLayout(FULL, 6, 5);
    INDArray[] inputs = inputs(layout, DataType.FLOAT, true);
    inputs[1] = mask(DataType.FLOAT);
    DeltaCases.Run before = run(DeltaHost.layer(layout, DataType.FLOAT), layout, inputs);
    double[] poison = {Double.NaN, Double.POSITIVE_INFINITY};
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < TOKENS; t++) {
        if (inputs[1].getDouble(b, t) == 0) {
          inputs[0].slice(b).slice(t).assign(poison[t % 2]);
        }
      }
    }
    DeltaCases.Run after = run(DeltaHost.layer(layout, DataType.FLOAT), layout, inputs);
    after.requireNear(before, 0, "poisoned");
    for (int t = 0; t < TOKENS; t++) {
      assertEquals(0, after.outputs()[0].slice(2).slice(t).amaxNumber().doubleValue(), 0.0);
    }
    assertEquals(inputs[inputs.length - 2].slice(2), after.outputs()[1].slice(2));
    assertEquals(inputs[inputs.length - 1].slice(2), after.outputs()[2].slice(2));
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(64, 4, 2), 48, 40);
    INDArray[] inputs = DeltaCases.layerInputs(1, DataType.FLOAT, layout, 4, 200, true);
    DeltaCases.Run one =
        HostThreadsProperty.with(
            1, () -> run(DeltaHost.layer(layout, DataType.FLOAT), layout, inputs));
    DeltaCases.Run three =
        HostThreadsProperty.with(
            3, () -> run(DeltaHost.layer(layout, DataType.FLOAT), layout, inputs));
    one.requireNear(three, 0, "threads");
  }

  @Test
  void examplesDoNotSeeEachOtherAndNoStepSeesTheFuture() {
    DeltaLayout layout = new DeltaLayout(FULL, 6, 5);
    LayerUnit unit = DeltaHost.layer(layout, DataType.FLOAT);
    INDArray[] inputs = inputs(layout, DataType.FLOAT, true);
    INDArray before = run(unit, layout, inputs).outputs()[0].dup();
    inputs[0].slice(1).slice(11).addi(1);
    INDArray after = run(unit, layout, inputs).outputs()[0];
    assertEquals(before.slice(0), after.slice(0));
    assertEquals(before.slice(2), after.slice(2));
    for (int t = 0; t < TOKENS; t++) {
      boolean same = before.slice(1).slice(t).equalsWithEps(after.slice(1).slice(t), 0);
      assertEquals(t < 11, same, "step " + t);
    }
  }

  @Test
  void anySplitOfTheSequenceGivesTheSameOutputs() {
    DeltaLayout layout = new DeltaLayout(FULL, 6, 5);
    LayerUnit unit = DeltaHost.layer(layout, DataType.DOUBLE);
    INDArray[] inputs = inputs(layout, DataType.DOUBLE, false);
    INDArray[] whole = run(unit, layout, inputs).outputs();
    INDArray[] rest = inputs.clone();
    int from = 0;
    for (int length : new int[] {1, 1, 7, 2, 1, 9}) {
      rest[0] = inputs[0].get(all(), interval(from, from + length));
      INDArray[] outputs = new INDArray[3];
      long[][] shapes = DeltaCases.layerOutputs(layout, BATCH, length);
      for (int i = 0; i < 3; i++) {
        outputs[i] = Nd4j.create(DataType.DOUBLE, shapes[i]);
      }
      unit.forward(rest, outputs, false);
      INDArray expected = whole[0].get(all(), interval(from, from + length));
      assertEquals(0, expected.sub(outputs[0]).amaxNumber().doubleValue(), 1e-12);
      rest[rest.length - 2] = outputs[1];
      rest[rest.length - 1] = outputs[2];
      from += length;
    }
    assertEquals(0, whole[1].sub(rest[rest.length - 2]).amaxNumber().doubleValue(), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void stepKernelsEqualTheWholeSequence(DeltaSpec spec) {
    DeltaLayout layout = new DeltaLayout(spec, 6, 5);
    LayerUnit unit = DeltaHost.layer(layout, DataType.DOUBLE);
    INDArray[] inputs = inputs(layout, DataType.DOUBLE, true);
    INDArray[] whole = run(unit, layout, inputs).outputs();
    INDArray[] parameters = Arrays.copyOfRange(inputs, 2, 2 + layout.parameters().size());
    DoubleStepKernel kernel = unit.doubleStepKernel(parameters, BATCH);
    FloatStepKernel single = unit.floatStepKernel(parameters, BATCH);
    int states = layout.states().size();
    for (int i = 0; i < states; i++) {
      double[] start = inputs[inputs.length - states + i].dup('c').data().asDouble();
      kernel.writeState(i, start);
      single.writeState(i, toFloat(start));
    }
    double[] y = new double[BATCH * 5];
    float[] z = new float[BATCH * 5];
    for (int t = 0; t < TOKENS; t++) {
      double[] x = inputs[0].get(all(), point(t), all()).dup('c').data().asDouble();
      kernel.step(x, y);
      single.step(toFloat(x), z);
      double[] expected = whole[0].get(all(), point(t), all()).dup('c').data().asDouble();
      assertArrayEquals(expected, y, 1e-10);
      for (int i = 0; i < y.length; i++) {
        assertEquals(expected[i], z[i], 1e-2);
      }
    }
    for (int i = 0; i < states; i++) {
      double[] expected = whole[1 + i].dup('c').data().asDouble();
      double[] last = new double[expected.length];
      kernel.readState(i, last);
      assertArrayEquals(expected, last, 1e-10);
    }
    kernel.reset(1);
    double[] s = new double[Math.toIntExact(whole[1].length())];
    kernel.readState(0, s);
    for (int i = 0; i < s.length; i++) {
      assertEquals(i / (s.length / BATCH) == 1, s[i] == 0, "element " + i);
    }
  }

  private static float[] toFloat(double[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  @Test
  void channelsFirstArraysEnterAsPermutedViews() {
    DeltaLayout layout = new DeltaLayout(FULL, 6, 5);
    LayerUnit unit = DeltaHost.layer(layout, DataType.FLOAT);
    INDArray[] inputs = inputs(layout, DataType.FLOAT, false);
    INDArray expected = run(unit, layout, inputs).outputs()[0];
    inputs[0] = inputs[0].permute(0, 2, 1).dup('c').permute(0, 2, 1);
    INDArray y = Nd4j.create(DataType.FLOAT, BATCH, 5, TOKENS).permute(0, 2, 1);
    unit.forward(inputs, new INDArray[] {y, null, null}, false);
    assertEquals(0, y.sub(expected).amaxNumber().doubleValue(), 0.0);
  }

  @Test
  void halfArraysAreComputedInFloat() {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.deltaProduct(8, 2, 2), 4, 3);
    INDArray[] inputs = inputs(layout, DataType.FLOAT16, true);
    LayerUnit unit = DeltaHost.layer(layout, DataType.FLOAT16);
    run(unit, layout, inputs).requireNear(reference(layout, inputs), 2e-2, "half");
  }

  @Test
  void badInputsAreNamed() {
    DeltaLayout layout = new DeltaLayout(FULL, 6, 5);
    LayerUnit unit = DeltaHost.layer(layout, DataType.FLOAT);
    INDArray[] inputs = inputs(layout, DataType.FLOAT, false);
    inputs[0] = Nd4j.create(DataType.FLOAT, BATCH, TOKENS, 7);
    Exception wrong =
        assertThrows(
            IllegalArgumentException.class, () -> unit.forward(inputs, new INDArray[3], false));
    assertTrue(wrong.getMessage().contains("x is [3, 21, 7]"), wrong.getMessage());
    assertThrows(
        IllegalStateException.class,
        () -> unit.backward(inputs, new INDArray[3], new INDArray[inputs.length]));
    assertEquals(List.of("S", "conv"), unit.states().stream().map(s -> s.name()).toList());
  }
}
