package org.dl4jext.samediff.ssm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SelectiveScanTest {

  private static final int BATCH = 3;
  private static final int CHANNELS = 4;
  private static final int STATES = 5;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(7);
  }

  private static INDArray random(long... shape) {
    return Nd4j.randn(DataType.DOUBLE, shape);
  }

  private static INDArray[] inputs(int steps, boolean started) {
    return new INDArray[] {
      random(BATCH, steps, CHANNELS),
      Nd4j.rand(DataType.DOUBLE, BATCH, steps, CHANNELS),
      Nd4j.rand(DataType.DOUBLE, CHANNELS, STATES).muli(-2),
      random(BATCH, steps, STATES),
      random(BATCH, steps, STATES),
      random(CHANNELS),
      started ? random(BATCH, CHANNELS, STATES) : null
    };
  }

  private static long[][] shapes(int steps) {
    return new long[][] {{BATCH, steps, CHANNELS}, {BATCH, CHANNELS, STATES}};
  }

  @ParameterizedTest
  @EnumSource(EigenvalueRange.class)
  void referenceGradientsAreThoseOfFiniteDifferences(EigenvalueRange range) {
    DifferentiableUnit unit = SelectiveScan.unit(range, Execution.REFERENCE, DataType.DOUBLE);
    FiniteDifferences.check(unit, inputs(4, true), shapes(4), -1);
    FiniteDifferences.check(unit, inputs(4, false), shapes(4), -1);
  }

  @ParameterizedTest
  @EnumSource(EigenvalueRange.class)
  void fastFormsEqualTheReference(EigenvalueRange range) {
    for (int steps : new int[] {1, 5, 70}) {
      requireForms(range, inputs(steps, steps != 5), shapes(steps));
    }
  }

  /** Axes of size 1, alone and together. */
  @ParameterizedTest
  @CsvSource({"1,4,3", "2,1,3", "2,4,1", "1,1,1"})
  void fastFormsEqualTheReferenceInTheSmallestSizes(int batch, int channels, int states) {
    INDArray[] inputs = {
      random(batch, 5, channels),
      Nd4j.rand(DataType.DOUBLE, batch, 5, channels),
      Nd4j.rand(DataType.DOUBLE, channels, states).muli(-2),
      random(batch, 5, states),
      random(batch, 5, states),
      random(channels),
      random(batch, channels, states)
    };
    long[][] shapes = {{batch, 5, channels}, {batch, channels, states}};
    requireForms(EigenvalueRange.SIGNED, inputs, shapes);
  }

  private static void requireForms(EigenvalueRange range, INDArray[] inputs, long[][] shapes) {
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes);
    UnitRuns.Result want =
        UnitRuns.run(
            SelectiveScan.unit(range, Execution.REFERENCE, DataType.DOUBLE),
            inputs,
            cotangents,
            -1);
    for (Execution execution : new Execution[] {Execution.HOST, Execution.ARRAY}) {
      for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
        UnitRuns.Result got =
            UnitRuns.run(
                SelectiveScan.unit(range, execution, type),
                UnitRuns.cast(inputs, type),
                UnitRuns.cast(cotangents, type),
                -1);
        UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-12 : 1e-4);
      }
    }
  }

  @Test
  void theSignedRangeReflects() {
    INDArray one = Nd4j.ones(DataType.DOUBLE, 1, 2, 1);
    INDArray[] inputs = {
      Nd4j.zeros(DataType.DOUBLE, 1, 2, 1),
      one,
      Nd4j.valueArrayOf(new long[] {1, 1}, -40.0, DataType.DOUBLE),
      one,
      one,
      Nd4j.zeros(DataType.DOUBLE, 1),
      Nd4j.ones(DataType.DOUBLE, 1, 1, 1)
    };
    INDArray[] outputs = {Nd4j.create(DataType.DOUBLE, 1, 2, 1), null};
    SelectiveScan.unit(EigenvalueRange.SIGNED, Execution.HOST, DataType.DOUBLE)
        .forward(inputs, outputs, false);
    assertEquals(-1, outputs[0].getDouble(0, 0, 0), 1e-12);
    assertEquals(1, outputs[0].getDouble(0, 1, 0), 1e-12);
  }

  @Test
  void arraysThatDoNotFitAreNamed() {
    INDArray[] inputs = inputs(4, true);
    inputs[3] = random(BATCH, 4, STATES + 1);
    DifferentiableUnit unit =
        SelectiveScan.unit(EigenvalueRange.UNIT, Execution.HOST, DataType.DOUBLE);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> unit.forward(inputs, new INDArray[2], false))
            .getMessage();
    assertTrue(message.contains("B is"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> SelectiveScan.unit(EigenvalueRange.UNIT, Execution.HOST, DataType.FLOAT16));
    assertThrows(
        IllegalStateException.class,
        () -> unit.backward(inputs(4, true), new INDArray[2], new INDArray[7]));
  }
}
