package org.dl4jext.samediff.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CellUnitsTest {

  private static final int BATCH = 3;
  private static final int STEPS = 5;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 6;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(7);
  }

  static Stream<CellSpec> specs() {
    return CellCases.specs();
  }

  static Stream<Arguments> fastForms() {
    List<Arguments> all = new ArrayList<>();
    for (CellSpec spec : CellCases.specs().toList()) {
      all.add(Arguments.of(spec, Execution.HOST, DataType.DOUBLE));
      all.add(Arguments.of(spec, Execution.HOST, DataType.FLOAT));
      all.add(Arguments.of(spec, Execution.ARRAY, DataType.DOUBLE));
      all.add(Arguments.of(spec, Execution.ARRAY, DataType.FLOAT));
    }
    return all.stream();
  }

  private static CellLayout layout(CellSpec spec) {
    return new CellLayout(spec, INPUTS, OUTPUTS);
  }

  private static INDArray mask() {
    return Nd4j.createFromArray(new double[][] {{1, 0, 1, 1, 0}, {0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}});
  }

  @ParameterizedTest
  @MethodSource("specs")
  void referenceGradientsAreThoseOfFiniteDifferences(CellSpec spec) {
    CellLayout layout = layout(spec);
    INDArray[] inputs = CellCases.layerInputs(layout, DataType.DOUBLE, BATCH, STEPS);
    LayerUnit unit = CellUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    FiniteDifferences.check(unit, inputs, UnitRuns.outputShapes(unit, BATCH, STEPS), 1);
    inputs[1] = mask();
    FiniteDifferences.check(unit, inputs, UnitRuns.outputShapes(unit, BATCH, STEPS), 1);
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsOfTheLayerEqualTheReference(CellSpec spec, Execution execution, DataType type) {
    CellLayout layout = layout(spec);
    for (int steps : new int[] {1, STEPS, 35}) {
      for (INDArray mask :
          new INDArray[] {null, UnitRuns.mask(BATCH, steps), Nd4j.zeros(BATCH, steps)}) {
        INDArray[] inputs = CellCases.layerInputs(layout, DataType.DOUBLE, BATCH, steps);
        inputs[1] = mask;
        compare(layout, inputs, execution, type, steps);
      }
    }
  }

  private static void compare(
      CellLayout layout, INDArray[] inputs, Execution execution, DataType type, int steps) {
    LayerUnit reference = CellUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(reference, BATCH, steps));
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
    UnitRuns.Result got =
        UnitRuns.run(
            CellUnits.layer(layout, execution, type),
            UnitRuns.cast(inputs, type),
            UnitRuns.cast(cotangents, type));
    double tolerance = type == DataType.DOUBLE ? 1e-11 : 3e-4;
    UnitRuns.requireClose(want, got, tolerance);
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsOfTheRecurrenceEqualTheReference(
      CellSpec spec, Execution execution, DataType type) {
    int size = 5;
    CellKind kind = spec.kind();
    int heads = spec.heads();
    List<INDArray> inputs = new ArrayList<>();
    inputs.add(UnitRuns.random(DataType.DOUBLE, 1, BATCH, 40, kind.inputGates(), heads, size));
    inputs.add(UnitRuns.random(DataType.DOUBLE, 0.5, kind.recurrentGates(), heads, size, size));
    inputs.add(UnitRuns.random(DataType.DOUBLE, 0.5, kind.gates(), heads, size));
    for (String state : kind.states()) {
      INDArray start = UnitRuns.random(DataType.DOUBLE, 0.5, BATCH, heads, size);
      inputs.add(state.equals("n") ? start.mul(start).addi(1) : start);
    }
    long[][] shapes = new long[1 + kind.states().size()][];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = i == 0 ? new long[] {BATCH, 40, heads, size} : new long[] {BATCH, heads, size};
    }
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes);
    INDArray[] given = inputs.toArray(new INDArray[0]);
    UnitRuns.Result want =
        UnitRuns.run(
            CellUnits.recurrence(spec, Execution.REFERENCE, DataType.DOUBLE),
            given,
            cotangents,
            -1);
    UnitRuns.Result got =
        UnitRuns.run(
            CellUnits.recurrence(spec, execution, type),
            UnitRuns.cast(given, type),
            UnitRuns.cast(cotangents, type),
            -1);
    double tolerance = type == DataType.DOUBLE ? 1e-11 : 3e-4;
    UnitRuns.requireClose(want, got, tolerance);
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void maskedStepsCannotBeSeen(CellSpec spec, Execution execution, DataType type) {
    CellLayout layout = layout(spec);
    INDArray[] inputs = CellCases.layerInputs(layout, type, BATCH, STEPS);
    inputs[1] = mask().castTo(type);
    LayerUnit unit = CellUnits.layer(layout, execution, type);
    INDArray[] cotangents = UnitRuns.cotangents(type, UnitRuns.outputShapes(unit, BATCH, STEPS));
    UnitRuns.requireMaskedStepsUnseen(unit, inputs, cotangents);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void stepByStepEqualsTheWholeSequence(CellSpec spec) {
    CellLayout layout = layout(spec);
    INDArray[] inputs = CellCases.layerInputs(layout, DataType.DOUBLE, BATCH, STEPS);
    LayerUnit unit = CellUnits.layer(layout, Execution.HOST, DataType.DOUBLE);
    long[][] shapes = UnitRuns.outputShapes(unit, BATCH, STEPS);
    INDArray[] outputs = new INDArray[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      outputs[i] = Nd4j.create(DataType.DOUBLE, shapes[i]);
    }
    unit.forward(inputs, outputs, false);
    INDArray[] parameters = {inputs[2], inputs[3], inputs[4]};
    DoubleStepKernel kernel = unit.doubleStepKernel(parameters, BATCH);
    for (int s = 0; s < layout.states().size(); s++) {
      kernel.writeState(s, inputs[5 + s].dup('c').data().asDouble());
    }
    double[] x = new double[BATCH * INPUTS];
    double[] y = new double[BATCH * OUTPUTS];
    for (int t = 0; t < STEPS; t++) {
      for (int n = 0; n < BATCH; n++) {
        for (int i = 0; i < INPUTS; i++) {
          x[n * INPUTS + i] = inputs[0].getDouble(n, t, i);
        }
      }
      kernel.step(x, y);
      for (int n = 0; n < BATCH; n++) {
        for (int i = 0; i < OUTPUTS; i++) {
          assertEquals(outputs[0].getDouble(n, t, i), y[n * OUTPUTS + i], 1e-13);
        }
      }
    }
    for (int s = 0; s < layout.states().size(); s++) {
      kernel.readState(s, y);
      assertEquals(outputs[1 + s].getDouble(1, 2), y[OUTPUTS + 2], 1e-13);
    }
  }
}
