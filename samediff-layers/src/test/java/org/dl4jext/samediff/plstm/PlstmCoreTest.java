package org.dl4jext.samediff.plstm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.UnitRuns;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PlstmCoreTest {

  private static final PlstmHead SCALAR = PlstmHead.scalar(3, 2);

  /** Values of some vectors, which have a kernel of their own. */
  private static final PlstmHead WHOLE_VECTORS = PlstmHead.scalar(3, 32);

  private static final PlstmHead MATRIX = new PlstmHead(3, 4, 2, 2, 3, 2, 2);

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(5);
  }

  static Stream<PlstmHead> heads() {
    return Stream.of(SCALAR, MATRIX, PlstmHead.scalar(1, 1), WHOLE_VECTORS);
  }

  static Stream<Arguments> fastForms() {
    return heads()
        .flatMap(
            head ->
                Stream.of(Execution.HOST, Execution.ARRAY)
                    .flatMap(
                        e ->
                            Stream.of(DataType.DOUBLE, DataType.FLOAT)
                                .map(t -> Arguments.of(head, e, t))));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void gradientsOnASequenceAreThoseOfFiniteDifferences(Execution execution) {
    INDArray[] inputs = PlstmCases.sequence(MATRIX, 2, 5);
    DifferentiableUnit unit = PlstmSequence.unit(0.7, 2, execution, DataType.DOUBLE);
    FiniteDifferences.check(unit, inputs, PlstmCases.sequenceOutputs(MATRIX, 2, 5), -1);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void gradientsOnAGridAreThoseOfFiniteDifferences(Execution execution) {
    INDArray[] inputs = PlstmCases.grid(MATRIX, 1, 3, 2);
    DifferentiableUnit unit = PlstmGrid.unit(0.7, execution, DataType.DOUBLE);
    FiniteDifferences.check(unit, inputs, PlstmCases.gridOutputs(MATRIX, 1, 3, 2), -1);
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsOnASequenceEqualTheReference(PlstmHead head, Execution execution, DataType type) {
    for (int steps : new int[] {1, 7, 18}) {
      INDArray[] inputs = PlstmCases.sequence(head, 2, steps);
      if (steps == 7) {
        inputs[PlstmCoreArrays.STATE] = null;
      }
      compare(
          PlstmSequence.unit(0.7, Execution.REFERENCE, DataType.DOUBLE),
          PlstmSequence.unit(0.7, 4, execution, type),
          inputs,
          PlstmCases.sequenceOutputs(head, 2, steps),
          type);
    }
  }

  @ParameterizedTest
  @MethodSource("fastForms")
  void fastFormsOnAGridEqualTheReference(PlstmHead head, Execution execution, DataType type) {
    int[][] sizes = {{1, 1}, {1, 5}, {5, 1}, {3, 4}, {6, 5}};
    for (int[] size : sizes) {
      INDArray[] inputs = PlstmCases.grid(head, 2, size[0], size[1]);
      if (size[0] == 3) {
        inputs[PlstmCoreArrays.T_DL] = null;
        inputs[PlstmCoreArrays.T_DU] = null;
        inputs[PlstmCoreArrays.DIRECT] = null;
      }
      if (size[0] == 6) {
        inputs[PlstmCoreArrays.T_RU] = null;
        inputs[PlstmCoreArrays.T_RL] = null;
      }
      compare(
          PlstmGrid.unit(0.7, Execution.REFERENCE, DataType.DOUBLE),
          PlstmGrid.unit(0.7, execution, type),
          inputs,
          PlstmCases.gridOutputs(head, 2, size[0], size[1]),
          type);
    }
  }

  private static void compare(
      DifferentiableUnit reference,
      DifferentiableUnit fast,
      INDArray[] inputs,
      long[][] shapes,
      DataType type) {
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes);
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents, -1);
    UnitRuns.Result got =
        UnitRuns.run(fast, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type), -1);
    UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-11 : 2e-4);
  }

  @ParameterizedTest
  @CsvSource({"HOST,1", "HOST,5", "HOST,100", "ARRAY,1", "ARRAY,2", "ARRAY,8", "ARRAY,64"})
  void theChunkDoesNotChangeASequence(Execution execution, int chunk) {
    INDArray[] inputs = PlstmCases.sequence(MATRIX, 2, 37);
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, PlstmCases.sequenceOutputs(MATRIX, 2, 37));
    UnitRuns.Result want =
        UnitRuns.run(PlstmSequence.unit(0.7, execution, DataType.DOUBLE), inputs, cotangents, -1);
    UnitRuns.Result got =
        UnitRuns.run(
            PlstmSequence.unit(0.7, chunk, execution, DataType.DOUBLE), inputs, cotangents, -1);
    UnitRuns.requireClose(want, got, 1e-10);
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "100"})
  void theBlockDoesNotChangeAGrid(int block) {
    INDArray[] inputs = PlstmCases.grid(MATRIX, 2, 11, 4);
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, PlstmCases.gridOutputs(MATRIX, 2, 11, 4));
    UnitRuns.Result want =
        UnitRuns.run(PlstmGrid.unit(0.7, Execution.HOST, DataType.DOUBLE), inputs, cotangents, -1);
    UnitRuns.Result got =
        UnitRuns.run(
            PlstmGrid.unit(0.7, block, Execution.HOST, DataType.DOUBLE), inputs, cotangents, -1);
    UnitRuns.requireClose(want, got, 1e-10);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aSequenceIsAGridOfOneRow(Execution execution) {
    INDArray[] sequence = PlstmCases.sequence(MATRIX, 2, 6);
    sequence[PlstmCoreArrays.STATE] = null;
    INDArray[] grid = PlstmCases.grid(MATRIX, 2, 6, 1);
    int[] places = {0, 1, 2, PlstmCoreArrays.S_R, PlstmCoreArrays.T_RL, PlstmCoreArrays.M_L};
    for (int i = 0; i < places.length; i++) {
      grid[places[i]].assign(sequence[i].reshape(grid[places[i]].shape()));
    }
    grid[PlstmCoreArrays.DIRECT].assign(
        sequence[PlstmCoreArrays.D].reshape(grid[PlstmCoreArrays.DIRECT].shape()));
    INDArray[] y = {Nd4j.create(DataType.DOUBLE, 2, 6, 4, 2), null};
    PlstmSequence.unit(0.7, execution, DataType.DOUBLE).forward(sequence, y, false);
    INDArray[] onGrid = {Nd4j.create(DataType.DOUBLE, 2, 6, 1, 4, 2)};
    PlstmGrid.unit(0.7, execution, DataType.DOUBLE).forward(grid, onGrid, false);
    assertTrue(y[0].equalsWithEps(onGrid[0].reshape(y[0].shape()), 1e-12));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void openScalarGatesGiveACumulativeSum(Execution execution) {
    int steps = 70;
    PlstmHead one = PlstmHead.scalar(1, 1);
    INDArray[] inputs = PlstmCases.sequence(one, 1, steps);
    for (int i : new int[] {0, 1, 3, 4, 5}) {
      inputs[i].assign(1);
    }
    inputs[PlstmCoreArrays.D].assign(0);
    inputs[PlstmCoreArrays.STATE] = null;
    INDArray[] y = {Nd4j.create(DataType.DOUBLE, 1, steps, 1, 1), null};
    PlstmSequence.unit(1, execution, DataType.DOUBLE).forward(inputs, y, false);
    double sum = 0;
    for (int t = 0; t < steps; t++) {
      assertEquals(sum, y[0].getDouble(t), 1e-11, "step " + t);
      sum += inputs[2].getDouble(t);
    }
  }

  @Test
  void arraysThatDoNotFitAreNamed() {
    DifferentiableUnit unit = PlstmGrid.unit(1, Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs = PlstmCases.grid(SCALAR, 2, 3, 3);
    inputs[PlstmCoreArrays.M_U] = Nd4j.zeros(DataType.DOUBLE, 2, 3, 3, 1, 1, 2);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> unit.forward(inputs, new INDArray[1], false))
            .getMessage();
    assertTrue(message.contains("M_u is"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> PlstmGrid.unit(Double.NaN, Execution.HOST, DataType.DOUBLE));
    assertThrows(
        IllegalArgumentException.class,
        () -> PlstmSequence.unit(1, -1, Execution.HOST, DataType.DOUBLE));
    assertThrows(
        IllegalStateException.class,
        () -> unit.backward(PlstmCases.grid(SCALAR, 2, 3, 3), new INDArray[1], new INDArray[12]));
  }
}
