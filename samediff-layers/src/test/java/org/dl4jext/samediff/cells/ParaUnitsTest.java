package org.dl4jext.samediff.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ParaUnitsTest {

  private static final int BATCH = 3;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 6;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(7);
  }

  static Stream<ParaSpec> specs() {
    return ParaCases.specs();
  }

  static Stream<Arguments> forms() {
    List<Arguments> all = new ArrayList<>();
    for (ParaSpec spec : ParaCases.specs().toList()) {
      for (Execution execution : Execution.values()) {
        all.add(Arguments.of(spec, execution, DataType.DOUBLE));
        all.add(Arguments.of(spec, execution, DataType.FLOAT));
      }
    }
    return all.stream();
  }

  private static ParaLayout layout(ParaSpec spec) {
    return new ParaLayout(spec, INPUTS, OUTPUTS);
  }

  private static INDArray mask(int steps) {
    return Nd4j.rand(DataType.DOUBLE, BATCH, steps).gt(0.4).castTo(DataType.DOUBLE);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void referenceGradientsAreThoseOfFiniteDifferences(ParaSpec spec) {
    ParaLayout layout = layout(ParaCases.sequential(spec));
    for (boolean everyState : new boolean[] {false, true}) {
      INDArray[] inputs = ParaCases.inputs(layout, BATCH, 5, 0.7);
      inputs[1] = everyState ? null : mask(5);
      ParaLayerUnit unit = ParaUnits.of(layout, Execution.REFERENCE, DataType.DOUBLE, everyState);
      FiniteDifferences.check(
          unit, inputs, ParaCases.outputShapes(layout, BATCH, 5, everyState), 1);
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyFormEqualsTheSequentialReference(ParaSpec spec, Execution execution, DataType type) {
    ParaLayout layout = layout(spec);
    for (int steps : new int[] {1, 5, 150}) {
      for (INDArray mask : new INDArray[] {null, mask(steps), Nd4j.zeros(BATCH, steps)}) {
        for (boolean everyState : new boolean[] {false, true}) {
          INDArray[] inputs = ParaCases.inputs(layout, BATCH, steps, 0.2);
          inputs[1] = mask;
          compare(layout, inputs, execution, type, everyState);
        }
      }
    }
  }

  private static void compare(
      ParaLayout layout, INDArray[] inputs, Execution execution, DataType type, boolean every) {
    int steps = Math.toIntExact(inputs[0].size(1));
    long[][] shapes = ParaCases.outputShapes(layout, BATCH, steps, every);
    INDArray[] cotangents = new INDArray[shapes.length];
    Arrays.setAll(cotangents, i -> ParaCases.random(1, shapes[i]));
    ParaLayout sequential = layout(ParaCases.sequential(layout.spec()));
    CellCases.Result want =
        CellCases.run(
            ParaUnits.of(sequential, Execution.REFERENCE, DataType.DOUBLE, every),
            inputs,
            shapes,
            cotangents);
    ParaLayerUnit unit = ParaUnits.of(layout, execution, type, every);
    CellCases.Result got =
        CellCases.run(unit, CellCases.cast(inputs, type), shapes, CellCases.cast(cotangents, type));
    boolean newton = layout.spec().evaluation() == ParaEvaluation.NEWTON;
    assertEquals(newton, unit.newtonReport() != null);
    boolean fewIterations = newton && layout.spec().maxIterations() == 3;
    double exact = fewIterations ? 2e-4 : 1e-11;
    double tolerance = type == DataType.DOUBLE ? exact : 3e-4;
    requireClose("output", want.outputs(), got.outputs(), tolerance);
    requireClose("gradient", want.gradients(), got.gradients(), tolerance);
  }

  private static void requireClose(String what, INDArray[] want, INDArray[] got, double tolerance) {
    for (int i = 0; i < want.length; i++) {
      if (want[i] != null) {
        double largest = Math.max(1, want[i].amaxNumber().doubleValue());
        INDArray difference = want[i].sub(got[i].castTo(DataType.DOUBLE));
        assertFalse(Double.isNaN(difference.sumNumber().doubleValue()), what + " " + i);
        double error = difference.amaxNumber().doubleValue();
        assertTrue(error <= tolerance * largest, what + " " + i + " is off by " + error);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void maskedStepsCannotBeSeen(ParaSpec spec, Execution execution, DataType type) {
    ParaLayout layout = layout(spec);
    int steps = 9;
    INDArray[] inputs = CellCases.cast(ParaCases.inputs(layout, BATCH, steps, 0.5), type);
    inputs[1] = mask(steps).castTo(type);
    long[][] shapes = ParaCases.outputShapes(layout, BATCH, steps, false);
    INDArray[] cotangents = new INDArray[shapes.length];
    Arrays.setAll(cotangents, i -> ParaCases.random(1, shapes[i]).castTo(type));
    ParaLayerUnit unit = ParaUnits.layer(layout, execution, type);
    CellCases.Result clean = CellCases.run(unit, inputs, shapes, cotangents);
    for (int n = 0; n < BATCH; n++) {
      for (int t = 0; t < steps; t++) {
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
  void stepByStepEqualsTheWholeSequence(ParaSpec spec) {
    ParaLayout layout = layout(ParaCases.sequential(spec));
    INDArray[] inputs = ParaCases.inputs(layout, BATCH, 6, 0.7);
    ParaLayerUnit unit = ParaUnits.layer(layout, Execution.HOST, DataType.DOUBLE);
    long[][] shapes = ParaCases.outputShapes(layout, BATCH, 6, false);
    INDArray[] outputs = new INDArray[shapes.length];
    Arrays.setAll(outputs, i -> Nd4j.create(DataType.DOUBLE, shapes[i]));
    unit.forward(inputs, outputs, false);
    assertNull(unit.newtonReport());
    int first = 2 + layout.parameters().size();
    DoubleStepKernel kernel = unit.doubleStepKernel(Arrays.copyOfRange(inputs, 2, first), BATCH);
    for (int s = 0; s < layout.states().size(); s++) {
      kernel.writeState(s, inputs[first + s].dup('c').data().asDouble());
    }
    double[] y = new double[BATCH * OUTPUTS];
    for (int t = 0; t < 6; t++) {
      INDArray x = Views.at(inputs[0], 1, t);
      kernel.step(x.dup('c').data().asDouble(), y);
      for (int i = 0; i < y.length; i++) {
        assertEquals(outputs[0].getDouble(i / OUTPUTS, t, i % OUTPUTS), y[i], 1e-13);
      }
    }
    for (int s = 0; s < layout.states().size(); s++) {
      kernel.readState(s, y);
      assertEquals(outputs[1 + s].getDouble(1, 2), y[OUTPUTS + 2], 1e-13);
    }
    kernel.reset(1);
    kernel.readState(0, y);
    assertEquals(0, y[OUTPUTS]);
    assertEquals(outputs[1].getDouble(2, 0), y[2 * OUTPUTS], 1e-13);
  }
}
