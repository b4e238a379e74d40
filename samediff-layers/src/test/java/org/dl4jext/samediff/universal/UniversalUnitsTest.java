package org.dl4jext.samediff.universal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The executions agree, their gradients are exact, and steps equal the whole sequence. */
class UniversalUnitsTest {

  private static final int BATCH = UniversalCases.BATCH;
  private static final int STEPS = UniversalCases.STEPS;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(11);
  }

  static Stream<Arguments> fastForms() {
    return UniversalCases.names()
        .flatMap(n -> Stream.of(Execution.HOST, Execution.ARRAY).map(e -> Arguments.of(n, e)));
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsEqualTheReference(String name, Execution execution) {
    UniversalLayout layout = UniversalCases.layouts().get(name);
    for (boolean masked : new boolean[] {false, true}) {
      INDArray[] inputs = UniversalCases.inputs(layout, masked);
      INDArray[] cotangents = UniversalCases.cotangents(layout, inputs);
      UnitRuns.Result want = run(layout, Execution.REFERENCE, inputs, cotangents, DataType.DOUBLE);
      UnitRuns.requireClose(
          want, run(layout, execution, inputs, cotangents, DataType.DOUBLE), 1e-10);
      UnitRuns.requireClose(want, run(layout, execution, inputs, cotangents, DataType.FLOAT), 5e-4);
    }
  }

  private static UnitRuns.Result run(
      UniversalLayout layout,
      Execution execution,
      INDArray[] inputs,
      INDArray[] cotangents,
      DataType type) {
    DifferentiableUnit unit = UniversalUnits.transformer(layout, execution, type);
    return UniversalCases.run(
        unit, layout, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.samediff.universal.UniversalCases#names")
  void theReferenceIsTheDerivative(String name) {
    UniversalLayout layout = UniversalCases.layouts().get(name);
    INDArray[] inputs = UniversalCases.inputs(layout, false, 2, 3);
    if (layout.memorySize() == 0) {
      inputs[1] = Nd4j.createFromArray(new double[][] {{1, 1, 1}, {0, 1, 1}});
    }
    FiniteDifferences.check(
        UniversalUnits.transformer(layout, Execution.REFERENCE, DataType.DOUBLE),
        inputs,
        UniversalTransformerUnit.outputShapes(layout, inputs).toArray(new long[0][]),
        1);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void droppingIsTheSameInEveryExecution(Execution execution) {
    UniversalSpec spec =
        UniversalCases.base()
            .with(
                Map.of(
                    "attentionDropout",
                    0.3,
                    "transitionDropout",
                    0.4,
                    "residualDropout",
                    0.2,
                    "randomOffset",
                    7,
                    "causal",
                    true));
    UniversalLayout layout = new UniversalLayout(spec, 3, UniversalCases.WIDTH, 3);
    INDArray[] inputs = UniversalCases.inputs(layout, true);
    INDArray[] cotangents = UniversalCases.cotangents(layout, inputs);
    Nd4j.getRandom().setSeed(5);
    UnitRuns.Result want = run(layout, Execution.REFERENCE, inputs, cotangents, DataType.DOUBLE);
    UnitRuns.Result other = run(layout, Execution.REFERENCE, inputs, cotangents, DataType.DOUBLE);
    assertTrue(!want.outputs()[0].equalsWithEps(other.outputs()[0], 1e-3), "nothing is dropped");
    Nd4j.getRandom().setSeed(5);
    UnitRuns.requireClose(want, run(layout, execution, inputs, cotangents, DataType.DOUBLE), 1e-10);
  }

  @Test
  void droppingIsTheDerivativeOfItsSample() {
    UniversalSpec spec =
        UniversalCases.base().with(Map.of("attentionDropout", 0.3, "transitionDropout", 0.4));
    UniversalLayout layout = new UniversalLayout(spec, 3, UniversalCases.WIDTH);
    DifferentiableUnit unit = UniversalUnits.transformer(layout, Execution.HOST, DataType.DOUBLE);
    DifferentiableUnit sampled =
        new DifferentiableUnit() {
          @Override
          public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
            Nd4j.getRandom().setSeed(3);
            unit.forward(inputs, outputs, true);
          }

          @Override
          public void backward(INDArray[] inputs, INDArray[] out, INDArray[] in) {
            unit.backward(inputs, out, in);
          }
        };
    INDArray[] inputs = UniversalCases.inputs(layout, true);
    FiniteDifferences.check(
        sampled,
        inputs,
        UniversalTransformerUnit.outputShapes(layout, inputs).toArray(new long[0][]),
        1);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void maskedStepsCannotBeSeen(Execution execution) {
    for (String name : List.of("standard", "global", "causal", "copy basic")) {
      UniversalLayout layout = UniversalCases.layouts().get(name);
      LayerUnit unit = UniversalUnits.layer(layout, execution, DataType.DOUBLE);
      INDArray[] inputs = layerInputs(layout, UnitRuns.mask(BATCH, STEPS));
      inputs[1].putRow(1, Nd4j.zeros(DataType.DOUBLE, STEPS));
      UnitRuns.requireMaskedStepsUnseen(
          unit,
          inputs,
          UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(unit, BATCH, STEPS)));
    }
  }

  /** Inputs of a layer, with zeros as states. */
  private static INDArray[] layerInputs(UniversalLayout layout, INDArray mask) {
    INDArray[] own = UniversalCases.inputs(layout, false);
    INDArray[] inputs = Arrays.copyOf(own, own.length + layout.states().size());
    inputs[1] = mask;
    return inputs;
  }

  static Stream<Arguments> streams() {
    return Stream.of("causal", "causal learned", "sliding")
        .flatMap(n -> Stream.of(Execution.values()).map(e -> Arguments.of(n, e)));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void stepsEqualTheWholeSequence(String name, Execution execution) {
    UniversalLayout layout = UniversalCases.layouts().get(name);
    LayerUnit unit = UniversalUnits.layer(layout, execution, DataType.DOUBLE);
    INDArray[] inputs = layerInputs(layout, UnitRuns.mask(BATCH, STEPS));
    INDArray[] whole = empty(unit, STEPS);
    unit.forward(inputs, whole, false);
    for (int[] split : new int[][] {{1, 1, 1, 1}, {2, 2}, {3, 1}}) {
      INDArray[] states = new INDArray[3];
      int from = 0;
      for (int length : split) {
        INDArray[] part = inputs.clone();
        part[0] = Views.cut(inputs[0], 1, from, from + length);
        part[1] = Views.cut(inputs[1], 1, from, from + length);
        System.arraycopy(states, 0, part, layout.firstState(), 3);
        INDArray[] out = empty(unit, length);
        unit.forward(part, out, false);
        requireClose(Views.cut(whole[0], 1, from, from + length), out[0]);
        states = Arrays.copyOfRange(out, 1, 4);
        from += length;
      }
      for (int i = 0; i < 3; i++) {
        requireClose(whole[1 + i], states[i]);
      }
    }
  }

  private static void requireClose(INDArray want, INDArray got) {
    assertArrayEquals(want.dup('c').data().asDouble(), got.dup('c').data().asDouble(), 1e-12);
  }

  private static INDArray[] empty(LayerUnit unit, int steps) {
    return Stream.of(UnitRuns.outputShapes(unit, BATCH, steps))
        .map(shape -> Nd4j.valueArrayOf(shape, Double.NaN, DataType.DOUBLE))
        .toArray(INDArray[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal learned", "sliding"})
  void gradientsOfCachesAreExact(String name) {
    UniversalLayout layout = costless(name);
    LayerUnit unit = UniversalUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] inputs = withCaches(layout);
    long[][] shapes = UnitRuns.outputShapes(unit, BATCH, 2);
    int count = layout.firstState() + UniversalLayout.COUNT;
    FiniteDifferences.check(
        new FixedCounts(unit, inputs[count]),
        Arrays.copyOf(inputs, count),
        new long[][] {shapes[0], shapes[1], shapes[2]},
        1);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void gradientsOfCachesAreTheSameInEveryExecution(String name, Execution execution) {
    UniversalLayout layout = costless(name);
    LayerUnit reference = UniversalUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] inputs = withCaches(layout);
    inputs[1] = UnitRuns.mask(BATCH, 2);
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(reference, BATCH, 2));
    UnitRuns.requireClose(
        UnitRuns.run(reference, inputs, cotangents),
        UnitRuns.run(UniversalUnits.layer(layout, execution, DataType.DOUBLE), inputs, cotangents),
        1e-10);
  }

  private static UniversalLayout costless(String name) {
    UniversalSpec spec = UniversalCases.layouts().get(name).spec();
    return new UniversalLayout(
        spec.with(Map.of("ponderWeight", 0.0, "maxSteps", 2, "maxLength", 4)),
        3,
        UniversalCases.WIDTH);
  }

  /** Two steps after none, one and two others. */
  private static INDArray[] withCaches(UniversalLayout layout) {
    INDArray[] inputs = layerInputs(layout, null);
    inputs[0] = UnitRuns.random(DataType.DOUBLE, 1, BATCH, 2, layout.inputSize());
    for (int kind = 0; kind < 2; kind++) {
      inputs[layout.firstState() + kind] =
          UnitRuns.random(DataType.DOUBLE, 1, layout.states().get(kind).withBatch(BATCH));
    }
    inputs[layout.firstState() + UniversalLayout.COUNT] =
        Nd4j.createFromArray(new double[][] {{0}, {1}, {2}});
    return inputs;
  }

  /** A layer whose count is taken from outside. */
  private record FixedCounts(LayerUnit unit, INDArray counts) implements DifferentiableUnit {

    @Override
    public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
      unit.forward(extended(inputs, counts), extended(outputs, null), keep);
    }

    @Override
    public void backward(INDArray[] inputs, INDArray[] out, INDArray[] in) {
      unit.backward(extended(inputs, counts), extended(out, null), extended(in, null));
    }

    private static INDArray[] extended(INDArray[] arrays, INDArray last) {
      INDArray[] all = Arrays.copyOf(arrays, arrays.length + 1);
      all[arrays.length] = last;
      return all;
    }
  }

  @Test
  void aFullCacheIsRefusedBeforeAnythingIsWritten() {
    UniversalLayout layout = UniversalCases.layouts().get("causal");
    LayerUnit unit = UniversalUnits.layer(layout, Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs = layerInputs(layout, null);
    INDArray[] states = empty(unit, STEPS);
    unit.forward(inputs, states, false);
    System.arraycopy(states, 1, inputs, layout.firstState(), 3);
    INDArray[] out = empty(unit, STEPS);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> unit.forward(inputs, out, false));
    assertTrue(e.getMessage().contains("7 positions (maxLength), 4 are taken and 4 more"));
    assertTrue(out[0].isNaN().all());
    inputs[0] = Views.cut(inputs[0], 1, 0, 3);
    unit.forward(inputs, empty(unit, 3), false);
  }

  @Test
  void computationStopsWhereAllHaveHalted() {
    UniversalLayout layout = UniversalCases.layouts().get("standard");
    for (double bias : new double[] {9, -9}) {
      INDArray[] inputs = UniversalCases.inputs(layout, true);
      inputs[2 + layout.index("Wp")].muli(0.01);
      inputs[2 + layout.index("bp")].assign(bias);
      UniversalLayerUnit host = UniversalUnits.layer(layout, Execution.HOST, DataType.DOUBLE);
      LayerUnit reference = UniversalUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
      INDArray[] got = empty(host, STEPS);
      INDArray[] want = empty(host, STEPS);
      host.forward(inputs, got, false);
      reference.forward(inputs, want, false);
      requireClose(want[0], got[0]);
      assertEquals(bias > 0 ? 1 : 3, host.halting().computedSteps());
      assertEquals(bias > 0 ? 1 : 3, host.halting().meanSteps());
      assertEquals(reference.auxiliaryLoss(), host.auxiliaryLoss(), 1e-12);
    }
  }

  @Test
  void longSequencesAreCutIntoBlocks() {
    UniversalSpec spec = UniversalCases.sliding().with("maxLength", 70);
    UniversalLayout layout = new UniversalLayout(spec, 3, UniversalCases.WIDTH);
    INDArray[] inputs = UniversalCases.inputs(layout, false);
    inputs[0] = UnitRuns.random(DataType.DOUBLE, 1, 2, 150, 3);
    inputs[1] = UnitRuns.mask(2, 150);
    INDArray[] cotangents = UniversalCases.cotangents(layout, inputs);
    UnitRuns.requireClose(
        run(layout, Execution.REFERENCE, inputs, cotangents, DataType.DOUBLE),
        run(layout, Execution.HOST, inputs, cotangents, DataType.DOUBLE),
        1e-10);
  }
}
