package org.dl4jext.samediff.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
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
    FiniteDifferences.check(unit, inputs, CellCases.outputShapes(layout, BATCH, STEPS), 1);
    inputs[1] = mask();
    FiniteDifferences.check(unit, inputs, CellCases.outputShapes(layout, BATCH, STEPS), 1);
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsOfTheLayerEqualTheReference(CellSpec spec, Execution execution, DataType type) {
    CellLayout layout = layout(spec);
    for (int steps : new int[] {1, STEPS, 35}) {
      for (INDArray mask : new INDArray[] {null, maskOf(steps), Nd4j.zeros(BATCH, steps)}) {
        INDArray[] inputs = CellCases.layerInputs(layout, DataType.DOUBLE, BATCH, steps);
        inputs[1] = mask;
        compare(layout, inputs, execution, type, steps);
      }
    }
  }

  private static INDArray maskOf(int steps) {
    return Nd4j.rand(DataType.DOUBLE, BATCH, steps).gt(0.4).castTo(DataType.DOUBLE);
  }

  private static void compare(
      CellLayout layout, INDArray[] inputs, Execution execution, DataType type, int steps) {
    long[][] shapes = CellCases.outputShapes(layout, BATCH, steps);
    INDArray[] cotangents = new INDArray[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      cotangents[i] = CellCases.random(DataType.DOUBLE, 1, shapes[i]);
    }
    LayerUnit reference = CellUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    CellCases.Result want = CellCases.run(reference, inputs, shapes, cotangents);
    CellCases.Result got =
        CellCases.run(
            CellUnits.layer(layout, execution, type),
            CellCases.cast(inputs, type),
            shapes,
            CellCases.cast(cotangents, type));
    double tolerance = type == DataType.DOUBLE ? 1e-11 : 3e-4;
    requireClose("output", want.outputs(), got.outputs(), tolerance);
    requireClose("gradient", want.gradients(), got.gradients(), tolerance);
  }

  private static void requireClose(String what, INDArray[] want, INDArray[] got, double tolerance) {
    for (int i = 0; i < want.length; i++) {
      if (want[i] != null) {
        double largest = Math.max(1, want[i].amaxNumber().doubleValue());
        double error = want[i].sub(got[i].castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
        assertTrue(error <= tolerance * largest, what + " " + i + " is off by " + error);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsOfTheRecurrenceEqualTheReference(
      CellSpec spec, Execution execution, DataType type) {
    int size = 5;
    CellKind kind = spec.kind();
    int heads = spec.heads();
    List<INDArray> inputs = new ArrayList<>();
    inputs.add(CellCases.random(DataType.DOUBLE, 1, BATCH, 40, kind.inputGates(), heads, size));
    inputs.add(CellCases.random(DataType.DOUBLE, 0.5, kind.recurrentGates(), heads, size, size));
    inputs.add(CellCases.random(DataType.DOUBLE, 0.5, kind.gates(), heads, size));
    for (String state : kind.states()) {
      INDArray start = CellCases.random(DataType.DOUBLE, 0.5, BATCH, heads, size);
      inputs.add(state.equals("n") ? start.mul(start).addi(1) : start);
    }
    long[][] shapes = new long[1 + kind.states().size()][];
    INDArray[] cotangents = new INDArray[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = i == 0 ? new long[] {BATCH, 40, heads, size} : new long[] {BATCH, heads, size};
      cotangents[i] = CellCases.random(DataType.DOUBLE, 1, shapes[i]);
    }
    INDArray[] given = inputs.toArray(new INDArray[0]);
    CellCases.Result want =
        CellCases.run(
            CellUnits.recurrence(spec, Execution.REFERENCE, DataType.DOUBLE),
            given,
            shapes,
            cotangents);
    CellCases.Result got =
        CellCases.run(
            CellUnits.recurrence(spec, execution, type),
            CellCases.cast(given, type),
            shapes,
            CellCases.cast(cotangents, type));
    double tolerance = type == DataType.DOUBLE ? 1e-11 : 3e-4;
    requireClose("output", want.outputs(), got.outputs(), tolerance);
    requireClose("gradient", want.gradients(), got.gradients(), tolerance);
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void maskedStepsCannotBeSeen(CellSpec spec, Execution execution, DataType type) {
    CellLayout layout = layout(spec);
    INDArray[] inputs = CellCases.layerInputs(layout, type, BATCH, STEPS);
    inputs[1] = mask().castTo(type);
    long[][] shapes = CellCases.outputShapes(layout, BATCH, STEPS);
    INDArray[] cotangents = new INDArray[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      cotangents[i] = CellCases.random(type, 1, shapes[i]);
    }
    LayerUnit unit = CellUnits.layer(layout, execution, type);
    CellCases.Result clean = CellCases.run(unit, inputs, shapes, cotangents);
    for (int n = 0; n < BATCH; n++) {
      for (int t = 0; t < STEPS; t++) {
        if (inputs[1].getDouble(n, t) == 0) {
          for (int i = 0; i < INPUTS; i++) {
            inputs[0].putScalar(new int[] {n, t, i}, i == 0 ? Double.NaN : 1 / 0.0);
          }
          for (int i = 0; i < OUTPUTS; i++) {
            cotangents[0].putScalar(new int[] {n, t, i}, Double.NaN);
          }
        }
      }
    }
    CellCases.Result poisoned = CellCases.run(unit, inputs, shapes, cotangents);
    for (int i = 0; i < shapes.length; i++) {
      assertEquals(clean.outputs()[i], poisoned.outputs()[i], "output " + i);
    }
    for (int i = 0; i < inputs.length; i++) {
      assertEquals(clean.gradients()[i], poisoned.gradients()[i], "gradient " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void stepByStepEqualsTheWholeSequence(CellSpec spec) {
    CellLayout layout = layout(spec);
    INDArray[] inputs = CellCases.layerInputs(layout, DataType.DOUBLE, BATCH, STEPS);
    LayerUnit unit = CellUnits.layer(layout, Execution.HOST, DataType.DOUBLE);
    long[][] shapes = CellCases.outputShapes(layout, BATCH, STEPS);
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
