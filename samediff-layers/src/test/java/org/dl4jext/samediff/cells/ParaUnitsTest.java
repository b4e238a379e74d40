package org.dl4jext.samediff.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.UnitRuns;
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

  @ParameterizedTest
  @MethodSource("specs")
  void referenceGradientsAreThoseOfFiniteDifferences(ParaSpec spec) {
    ParaLayout layout = layout(ParaCases.sequential(spec));
    for (boolean everyState : new boolean[] {false, true}) {
      INDArray[] inputs = ParaCases.inputs(layout, BATCH, 5, 0.7);
      inputs[1] = everyState ? null : UnitRuns.mask(BATCH, 5);
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
      for (INDArray mask :
          new INDArray[] {null, UnitRuns.mask(BATCH, steps), Nd4j.zeros(BATCH, steps)}) {
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
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes);
    ParaLayout sequential = layout(ParaCases.sequential(layout.spec()));
    UnitRuns.Result want =
        UnitRuns.run(
            ParaUnits.of(sequential, Execution.REFERENCE, DataType.DOUBLE, every),
            inputs,
            cotangents);
    ParaLayerUnit unit = ParaUnits.of(layout, execution, type, every);
    UnitRuns.Result got =
        UnitRuns.run(unit, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
    boolean newton = layout.spec().evaluation() == ParaEvaluation.NEWTON;
    assertEquals(newton, unit.newtonReport() != null);
    if (newton && type == DataType.DOUBLE) {
      assertFalse(unit.newtonReport().fallback(), () -> unit.newtonReport().toString());
    }
    boolean fewIterations = newton && layout.spec().maxIterations() == 3;
    double exact = fewIterations ? 2e-4 : 1e-11;
    double tolerance = type == DataType.DOUBLE ? exact : 3e-4;
    UnitRuns.requireClose(want, got, tolerance);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void maskedStepsCannotBeSeen(ParaSpec spec, Execution execution, DataType type) {
    ParaLayout layout = layout(spec);
    int steps = 9;
    INDArray[] inputs = UnitRuns.cast(ParaCases.inputs(layout, BATCH, steps, 0.5), type);
    inputs[1] = UnitRuns.mask(BATCH, steps).castTo(type);
    ParaLayerUnit unit = ParaUnits.layer(layout, execution, type);
    INDArray[] cotangents = UnitRuns.cotangents(type, UnitRuns.outputShapes(unit, BATCH, steps));
    UnitRuns.requireMaskedStepsUnseen(unit, inputs, cotangents);
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
