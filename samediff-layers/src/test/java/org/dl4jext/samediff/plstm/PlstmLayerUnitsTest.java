package org.dl4jext.samediff.plstm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PlstmLayerUnitsTest {

  private static final int SIZE = 8;

  /** Values of this size have a kernel of their own. */
  private static final int WHOLE_VECTOR = 16;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(9);
  }

  static Stream<PlstmSpec> specs() {
    PlstmSpec plain = PlstmSpec.of(2, 2);
    return Stream.of(
        plain.with("passthrough", true),
        plain.with(Map.of("convolution", 0, "subHeadsQkv", 4, "subHeadsStm", 2)),
        plain.with(Map.of("convolution", 1, "gateWeights", PlstmGateWeights.TRANSITION)),
        plain
            .withStateTracking(2)
            .with(Map.of("keys", 2, "queries", 2, "keySize", 3, "subHeadsQkv", 2)));
  }

  static Stream<PlstmGridSpec> gridSpecs() {
    PlstmGridSpec p = PlstmGridSpec.of(PlstmMode.P, 2, 2);
    PlstmGridSpec d = PlstmGridSpec.of(PlstmMode.D, 1, 2);
    return Stream.of(
        p.with("subHeadsStm", 8),
        p.with(Map.of("variant", PlstmVariant.REFERENCE_CODE, "directWeight", false)),
        p.with("gateWeights", PlstmGateWeights.NONE),
        p.with(Map.of("stateSize", 2, "values", 2, "outputs", 2)),
        d,
        d.with(Map.of("chirality", PlstmChirality.RIGHT, "stateSize", 2, "queries", 2)));
  }

  private static Stream<Arguments> forms(Stream<?> specs) {
    return specs.flatMap(
        spec ->
            Stream.of(Execution.HOST, Execution.ARRAY)
                .flatMap(
                    e ->
                        Stream.of(DataType.DOUBLE, DataType.FLOAT)
                            .map(t -> Arguments.of(spec, e, t))));
  }

  static Stream<Arguments> fastLayers() {
    PlstmSpec wide = PlstmSpec.of(2, 2).with("valueSize", WHOLE_VECTOR);
    return forms(Stream.concat(specs(), Stream.of(wide)));
  }

  static Stream<Arguments> fastGrids() {
    Stream<PlstmGridSpec> wide =
        Stream.of(PlstmMode.values())
            .map(mode -> PlstmGridSpec.of(mode, 1, 2).with("valueSize", WHOLE_VECTOR));
    return forms(Stream.concat(gridSpecs(), wide));
  }

  private static LayerUnit layer(PlstmSpec spec, Execution execution, DataType type) {
    int outputs = spec.passthrough() ? SIZE : 5;
    return PlstmUnits.layer(new PlstmLayout(spec, SIZE, outputs), execution, type);
  }

  private static GridUnit grid(
      PlstmGridSpec spec, int width, int height, Execution execution, DataType type) {
    GridUnit unit = PlstmUnits.gridLayer(new PlstmGridLayout(spec, SIZE, 5), execution, type);
    unit.setGrid(width, height);
    return unit;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void gradientsAreThoseOfFiniteDifferences(PlstmSpec spec) {
    LayerUnit unit = layer(spec, Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs = PlstmCases.layer(unit, 2, 3, SIZE);
    inputs[1] = Nd4j.createFromArray(new double[][] {{1, 1, 1}, {1, 0, 1}});
    FiniteDifferences.check(unit, inputs, UnitRuns.outputShapes(unit, 2, 3), 1);
  }

  @ParameterizedTest
  @MethodSource("gridSpecs")
  void gridGradientsAreThoseOfFiniteDifferences(PlstmGridSpec spec) {
    GridUnit unit = grid(spec, 2, 3, Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs = PlstmCases.layer(unit, 1, 6, SIZE);
    inputs[1] = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1, 0, 1}});
    FiniteDifferences.check(unit, inputs, UnitRuns.outputShapes(unit, 1, 6), 1);
  }

  @ParameterizedTest
  @MethodSource("fastLayers")
  void fastFormsEqualTheReference(PlstmSpec spec, Execution execution, DataType type) {
    LayerUnit reference = layer(spec, Execution.REFERENCE, DataType.DOUBLE);
    LayerUnit fast = layer(spec, execution, type);
    for (int steps : new int[] {1, 6}) {
      for (INDArray mask :
          new INDArray[] {null, UnitRuns.mask(3, steps), Nd4j.zeros(DataType.DOUBLE, 3, steps)}) {
        INDArray[] inputs = PlstmCases.layer(reference, 3, steps, SIZE);
        inputs[1] = mask;
        if (steps == 1) {
          for (int i = 2 + reference.parameters().size(); i < inputs.length; i++) {
            inputs[i] = null;
          }
        }
        compare(reference, fast, inputs, 3, steps, type);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fastGrids")
  void fastGridFormsEqualTheReference(PlstmGridSpec spec, Execution execution, DataType type) {
    for (int[] size : new int[][] {{1, 1}, {3, 5}, {4, 2}}) {
      int cells = size[0] * size[1];
      GridUnit reference = grid(spec, size[0], size[1], Execution.REFERENCE, DataType.DOUBLE);
      GridUnit fast = grid(spec, size[0], size[1], execution, type);
      for (INDArray mask : new INDArray[] {null, UnitRuns.mask(2, cells)}) {
        INDArray[] inputs = PlstmCases.layer(reference, 2, cells, SIZE);
        inputs[1] = mask;
        compare(reference, fast, inputs, 2, cells, type);
      }
    }
  }

  private static void compare(
      LayerUnit reference, LayerUnit fast, INDArray[] inputs, int batch, int steps, DataType type) {
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(reference, batch, steps));
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
    UnitRuns.Result got =
        UnitRuns.run(fast, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
    UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-10 : 5e-4);
  }

  static Stream<Arguments> everyForm() {
    return Stream.of(Execution.values())
        .flatMap(e -> specs().limit(1).map(s -> Arguments.of(s, e)));
  }

  @ParameterizedTest
  @MethodSource("everyForm")
  void maskedStepsCannotBeSeen(PlstmSpec spec, Execution execution) {
    LayerUnit unit = layer(spec, execution, DataType.DOUBLE);
    INDArray[] inputs = PlstmCases.layer(unit, 3, 6, SIZE);
    inputs[1] = UnitRuns.mask(3, 6);
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(unit, 3, 6));
    UnitRuns.requireMaskedStepsUnseen(unit, inputs, cotangents);
  }

  @ParameterizedTest
  @MethodSource("everyForm")
  void maskedCellsCannotBeSeen(PlstmSpec ignored, Execution execution) {
    for (PlstmMode mode : PlstmMode.values()) {
      GridUnit unit = grid(PlstmGridSpec.of(mode, 2, 4), 3, 4, execution, DataType.DOUBLE);
      INDArray[] inputs = PlstmCases.layer(unit, 2, 12, SIZE);
      inputs[1] = UnitRuns.mask(2, 12);
      INDArray[] cotangents =
          UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(unit, 2, 12));
      UnitRuns.requireMaskedStepsUnseen(unit, inputs, cotangents);
    }
  }

  /** Cells beyond the mask are not there: a padded grid gives what the small one gives. */
  @ParameterizedTest
  @MethodSource("everyForm")
  void aPaddedGridGivesWhatTheGridGives(PlstmSpec ignored, Execution execution) {
    for (PlstmMode mode : PlstmMode.values()) {
      PlstmGridSpec spec = PlstmGridSpec.of(mode, 2, 4);
      GridUnit small = grid(spec, 2, 3, execution, DataType.DOUBLE);
      GridUnit large = grid(spec, 4, 5, execution, DataType.DOUBLE);
      INDArray[] inputs = PlstmCases.layer(large, 1, 20, SIZE);
      INDArray mask = Nd4j.zeros(DataType.DOUBLE, 1, 20);
      INDArray[] cut = inputs.clone();
      cut[0] = Nd4j.create(DataType.DOUBLE, 1, 6, SIZE);
      for (int x = 0; x < 2; x++) {
        for (int y = 0; y < 3; y++) {
          mask.putScalar(0, (x + 1) * 5 + y, 1);
          Views.at(cut[0], 1, x * 3L + y).assign(Views.at(inputs[0], 1, (x + 1) * 5L + y));
        }
      }
      inputs[1] = mask;
      INDArray[] whole = {Nd4j.create(DataType.DOUBLE, 1, 20, 5)};
      INDArray[] part = {Nd4j.create(DataType.DOUBLE, 1, 6, 5)};
      large.forward(inputs, whole, false);
      small.forward(cut, part, false);
      for (int x = 0; x < 2; x++) {
        for (int y = 0; y < 3; y++) {
          for (int c = 0; c < 5; c++) {
            assertEquals(
                part[0].getDouble(0, x * 3 + y, c),
                whole[0].getDouble(0, (x + 1) * 5 + y, c),
                1e-12);
          }
        }
      }
    }
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    assertMessage("passthrough", () -> new PlstmLayout(specs().findFirst().get(), 4, 5));
    assertMessage("subHeadsStm", () -> PlstmSpec.of(2, 4).with("subHeadsStm", 3));
    assertMessage("subHeadsQkv", () -> PlstmSpec.of(3, 4).with("subHeadsQkv", 2));
    assertMessage(
        "divisor of nIn", () -> new PlstmLayout(PlstmSpec.of(2, 4).with("subHeadsQkv", 2), 5, 5));
    assertMessage("mode", () -> PlstmGridSpec.of(null, 1, 1));
    assertMessage("normEps", () -> PlstmSpec.of(2, 4).with("normEps", 0.0));
    GridUnit unit =
        grid(PlstmGridSpec.of(PlstmMode.P, 2, 4), 2, 2, Execution.HOST, DataType.DOUBLE);
    assertMessage(
        "2 x 2", () -> unit.forward(PlstmCases.layer(unit, 1, 5, SIZE), new INDArray[1], false));
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
