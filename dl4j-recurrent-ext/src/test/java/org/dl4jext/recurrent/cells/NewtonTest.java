package org.dl4jext.recurrent.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.cells.NewtonReport;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.dl4jext.samediff.cells.ParaLayerUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Newton iterations at the layers' own start: how far they are from the sequential form. */
class NewtonTest {

  private static final int INPUTS = 8;
  private static final int WIDTH = 16;
  private static final int BATCH = 2;

  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (int steps : new int[] {64, 512, 4096}) {
      for (Execution execution : Execution.values()) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
          all.add(Arguments.of(steps, execution, type));
        }
      }
    }
    return all.stream();
  }

  private static ParaLayer<?> gru(ParaEvaluation evaluation) {
    return new ParaGru.Builder().nIn(INPUTS).nOut(WIDTH).evaluation(evaluation).build();
  }

  private static ParaLayer<?> lstm(ParaEvaluation evaluation) {
    return new ParaLstm.Builder().nIn(INPUTS).nOut(WIDTH).evaluation(evaluation).build();
  }

  /** x, parameters as the layer starts with them (A and C times a factor), and no states. */
  private static INDArray[] inputs(ParaLayer<?> layer, int steps, DataType type, double factor) {
    Nd4j.getRandom().setSeed(11);
    List<INDArray> inputs = new ArrayList<>();
    inputs.add(Nd4j.randn(DataType.DOUBLE, BATCH, steps, INPUTS).castTo(type));
    inputs.add(null);
    for (TensorShape parameter : layer.parameters()) {
      INDArray view = Nd4j.create(type, parameter.toArray());
      layer.initializeParameter(parameter, view);
      boolean recurrent = parameter.name().equals("A") || parameter.name().equals("C");
      inputs.add(recurrent ? view.muli(factor) : view);
    }
    layer.states().forEach(state -> inputs.add(null));
    return inputs.toArray(new INDArray[0]);
  }

  private static INDArray run(ParaLayerUnit unit, INDArray[] inputs) {
    INDArray[] outputs = new INDArray[1 + unit.states().size()];
    outputs[0] = Nd4j.create(inputs[0].dataType(), BATCH, inputs[0].size(1), WIDTH);
    unit.forward(inputs, outputs, false);
    return outputs[0];
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theGruConvergesToItsSequentialFormWithoutFallingBack(
      int steps, Execution execution, DataType type) {
    requireConverged(
        gru(ParaEvaluation.NEWTON), gru(ParaEvaluation.SEQUENTIAL), steps, execution, type, 1e-6);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLstmConvergesToItsSequentialFormWithoutFallingBack(
      int steps, Execution execution, DataType type) {
    requireConverged(
        lstm(ParaEvaluation.NEWTON), lstm(ParaEvaluation.SEQUENTIAL), steps, execution, type, 2e-6);
  }

  private static void requireConverged(
      ParaLayer<?> newton,
      ParaLayer<?> sequential,
      int steps,
      Execution execution,
      DataType type,
      double tolerance) {
    INDArray[] inputs = inputs(newton, steps, type, 1);
    ParaLayerUnit unit = newton.unit(execution, type);
    INDArray got = run(unit, inputs);
    NewtonReport report = unit.newtonReport();
    assertEquals(3, report.iterations());
    assertFalse(report.fallback(), report.toString());
    assertTrue(report.residual() <= tolerance, report.toString());
    ParaLayerUnit loop = sequential.unit(execution, type);
    double error = run(loop, inputs).sub(got).amaxNumber().doubleValue();
    assertNull(loop.newtonReport());
    assertTrue(error <= tolerance, "off by " + error + " with " + report);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void largeRecurrentWeightsFallBackToTheSequentialForm(
      int steps, Execution execution, DataType type) {
    for (double factor : new double[] {20, 1000}) {
      INDArray[] inputs = inputs(gru(ParaEvaluation.NEWTON), steps, type, factor);
      ParaLayerUnit unit = gru(ParaEvaluation.NEWTON).unit(execution, type);
      INDArray got = run(unit, inputs);
      assertTrue(unit.newtonReport().fallback(), unit.newtonReport().toString());
      assertTrue(!(unit.newtonReport().residual() <= 1e-5), unit.newtonReport().toString());
      INDArray want = run(gru(ParaEvaluation.SEQUENTIAL).unit(execution, type), inputs);
      assertEquals(want, got);
    }
  }
}
