package org.dl4jext.samediff.qkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class QkanUnitsTest {

  private static final int BATCH = 3;
  private static final int STEPS = 5;
  private static final int INPUTS = 2;
  private static final int OUTPUTS = 3;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(11);
  }

  static Stream<QkanLstmSpec> lstms() {
    return QkanCases.lstms();
  }

  static Stream<QkanLayout> layers() {
    return QkanCases.layers();
  }

  static Stream<Arguments> fastLstms() {
    return QkanCases.lstms().flatMap(QkanUnitsTest::withFastForms);
  }

  static Stream<Arguments> fastLayers() {
    return QkanCases.layers().flatMap(QkanUnitsTest::withFastForms);
  }

  private static Stream<Arguments> withFastForms(Object subject) {
    return Stream.of(Execution.HOST, Execution.ARRAY)
        .flatMap(
            execution ->
                Stream.of(DataType.DOUBLE, DataType.FLOAT)
                    .map(type -> Arguments.of(subject, execution, type)));
  }

  private static QkanLstmLayout layout(QkanLstmSpec spec) {
    return new QkanLstmLayout(spec, INPUTS, OUTPUTS);
  }

  private static INDArray mask() {
    return Nd4j.createFromArray(new double[][] {{1, 0, 1, 1, 0}, {0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}});
  }

  @ParameterizedTest
  @MethodSource("lstms")
  void gradientsOfTheLstmAreThoseOfFiniteDifferences(QkanLstmSpec spec) {
    QkanLstmLayout layout = new QkanLstmLayout(spec, 1, 2);
    checkDifferences(QkanUnits.lstm(layout, Execution.REFERENCE, DataType.DOUBLE), 1);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsOfTheLayerAreThoseOfFiniteDifferences(QkanLayout layout) {
    LayerUnit unit = QkanUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE);
    checkDifferences(unit, layout.inputSize());
  }

  private static void checkDifferences(LayerUnit unit, int inputSize) {
    INDArray[] inputs = QkanCases.inputs(unit, DataType.DOUBLE, 2, 3, inputSize);
    inputs[1] = Nd4j.createFromArray(new double[][] {{1, 1, 1}, {0, 1, 0}});
    FiniteDifferences.check(unit, inputs, UnitRuns.outputShapes(unit, 2, 3), 1);
  }

  @ParameterizedTest
  @MethodSource("fastLstms")
  void fastFormsOfTheLstmEqualTheReference(QkanLstmSpec spec, Execution execution, DataType type) {
    compare(
        QkanUnits.lstm(layout(spec), Execution.REFERENCE, DataType.DOUBLE),
        QkanUnits.lstm(layout(spec), execution, type),
        INPUTS,
        type);
  }

  @ParameterizedTest
  @MethodSource("fastLayers")
  void fastFormsOfTheLayerEqualTheReference(QkanLayout layout, Execution execution, DataType type) {
    compare(
        QkanUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE),
        QkanUnits.layer(layout, execution, type),
        layout.inputSize(),
        type);
  }

  private static void compare(LayerUnit reference, LayerUnit fast, int inputSize, DataType type) {
    for (int steps : new int[] {1, STEPS, 17}) {
      INDArray some = UnitRuns.mask(BATCH, steps);
      for (INDArray mask : new INDArray[] {null, some, Nd4j.zeros(BATCH, steps)}) {
        INDArray[] inputs = QkanCases.inputs(reference, DataType.DOUBLE, BATCH, steps, inputSize);
        inputs[1] = mask;
        INDArray[] cotangents =
            UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(reference, BATCH, steps));
        UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
        UnitRuns.Result got =
            UnitRuns.run(fast, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
        UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-11 : 3e-4);
      }
    }
  }

  /** One example of one input: every array has axes of size 1. */
  @ParameterizedTest
  @MethodSource("fastLstms")
  void oneInputAndOneOutputEqualTheReference(
      QkanLstmSpec spec, Execution execution, DataType type) {
    QkanLstmLayout layout = new QkanLstmLayout(spec, 1, 1);
    LayerUnit reference = QkanUnits.lstm(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] inputs = QkanCases.inputs(reference, DataType.DOUBLE, 1, STEPS, 1);
    inputs[1] = Nd4j.createFromArray(new double[][] {{1, 0, 1, 1, 0}});
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(reference, 1, STEPS));
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
    LayerUnit unit = QkanUnits.lstm(layout, execution, type);
    UnitRuns.Result got =
        UnitRuns.run(unit, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
    UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-11 : 3e-4);
    UnitRuns.requireMaskedStepsUnseen(
        unit, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
  }

  static Stream<Arguments> largerSizes() {
    return Stream.of(QkanAnsatz.values())
        .flatMap(
            ansatz ->
                Stream.of(QkanMeasure.values())
                    .map(measure -> Map.of("ansatz", ansatz, "measure", measure)))
        .map(changes -> QkanLstmSpec.standard().with(changes))
        .flatMap(
            spec -> Stream.of(DataType.DOUBLE, DataType.FLOAT).map(t -> Arguments.of(spec, t)));
  }

  /** Large enough that the host form takes all its threads, fills vectors and leaves a rest. */
  @ParameterizedTest
  @MethodSource("largerSizes")
  void largerSizesEqualTheReference(QkanLstmSpec spec, DataType type) {
    QkanLstmLayout layout = new QkanLstmLayout(spec, 5, 19);
    LayerUnit reference = QkanUnits.lstm(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] inputs = QkanCases.inputs(reference, DataType.DOUBLE, 5, 3, 5);
    inputs[0].muli(20);
    for (int i = 2; i < inputs.length - 2; i++) {
      inputs[i].muli(0.3);
    }
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(reference, 5, 3));
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
    LayerUnit host = QkanUnits.lstm(layout, Execution.HOST, type);
    for (int run = 0; run < 2; run++) {
      UnitRuns.Result got =
          UnitRuns.run(host, UnitRuns.cast(inputs, type), UnitRuns.cast(cotangents, type));
      UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-11 : 1e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("fastLstms")
  void maskedStepsCannotBeSeen(QkanLstmSpec spec, Execution execution, DataType type) {
    LayerUnit unit = QkanUnits.lstm(layout(spec), execution, type);
    INDArray[] inputs = QkanCases.inputs(unit, type, BATCH, STEPS, INPUTS);
    inputs[1] = mask().castTo(type);
    INDArray[] cotangents = UnitRuns.cotangents(type, UnitRuns.outputShapes(unit, BATCH, STEPS));
    UnitRuns.requireMaskedStepsUnseen(unit, inputs, cotangents);
  }

  @ParameterizedTest
  @MethodSource("lstms")
  void stepByStepEqualsTheWholeSequence(QkanLstmSpec spec) {
    LayerUnit unit = QkanUnits.lstm(layout(spec), Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs = QkanCases.inputs(unit, DataType.DOUBLE, BATCH, STEPS, INPUTS);
    INDArray[] cotangents =
        UnitRuns.cotangents(DataType.DOUBLE, UnitRuns.outputShapes(unit, BATCH, STEPS));
    INDArray[] outputs = UnitRuns.run(unit, inputs, cotangents).outputs();
    int states = inputs.length - 2;
    DoubleStepKernel kernel = unit.doubleStepKernel(Arrays.copyOfRange(inputs, 2, states), BATCH);
    for (int s = 0; s < 2; s++) {
      kernel.writeState(s, inputs[states + s].dup('c').data().asDouble());
    }
    double[] y = new double[BATCH * OUTPUTS];
    for (int t = 0; t < STEPS; t++) {
      double[] x = Views.at(inputs[0], 1, t).dup('c').data().asDouble();
      kernel.step(x, y);
      for (int n = 0; n < BATCH; n++) {
        for (int i = 0; i < OUTPUTS; i++) {
          assertEquals(outputs[0].getDouble(n, t, i), y[n * OUTPUTS + i], 1e-13);
        }
      }
    }
    kernel.readState(1, y);
    assertEquals(outputs[2].getDouble(1, 2), y[OUTPUTS + 2], 1e-13);
  }

  /** All angles multiples of a right angle: Z is 0, 1 or -1 on the edges. */
  @ParameterizedTest
  @MethodSource("fastLayers")
  void polesGiveFiniteGradients(QkanLayout layout, Execution execution, DataType type) {
    LayerUnit unit = QkanUnits.layer(layout, execution, type);
    INDArray[] inputs = QkanCases.inputs(unit, type, 4, 6, layout.inputSize());
    Random random = new Random(5);
    for (int i = 0; i < inputs.length; i++) {
      INDArray angles = i == 1 ? null : inputs[i];
      for (long e = 0; angles != null && e < angles.length(); e++) {
        angles.putScalar(e, i < 3 ? Math.PI / 2 * random.nextInt(4) : random.nextInt(2));
      }
    }
    INDArray[] cotangents = UnitRuns.cotangents(type, UnitRuns.outputShapes(unit, 4, 6));
    UnitRuns.Result result = UnitRuns.run(unit, inputs, cotangents);
    QkanCases.requireFinite(result);
    if (type == DataType.DOUBLE) {
      // Without the bound of the slope, rounding decides on the gradient.
      LayerUnit reference = QkanUnits.layer(layout, Execution.REFERENCE, type);
      UnitRuns.requireClose(UnitRuns.run(reference, inputs, cotangents), result, 1e-6);
    }
  }

  /** Beside a pole FAST is sin of half the angle to it, in float to float accuracy. */
  @Test
  void fastIsAccurateNearThePoles() {
    QkanSpec spec = new QkanSpec(1, QkanAnsatz.REAL, QkanMeasure.FAST, false, false, false);
    QkanLayout layout = QkanLayout.activations(spec, 1);
    for (Execution execution : new Execution[] {Execution.HOST, Execution.ARRAY}) {
      LayerUnit unit = QkanUnits.layer(layout, execution, DataType.FLOAT);
      for (double angle : new double[] {1e-3, 1e-5, 0.02, Math.PI - 1e-3}) {
        // Z = cos(x - theta - pi/2)
        float theta = (float) (-Math.PI / 2);
        float x = (float) angle;
        INDArray y = Nd4j.zeros(DataType.FLOAT, 1, 1, 1);
        INDArray[] inputs = {
          Nd4j.createFromArray(new float[][][] {{{x}}}),
          null,
          Nd4j.createFromArray(new float[][][] {{{theta}}})
        };
        unit.forward(inputs, new INDArray[] {y}, false);
        double half = ((double) x - theta - Math.PI / 2) / 2;
        assertEquals(Math.cos(half) - Math.sin(half), y.getDouble(0), 3e-7, execution + " " + x);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(QkanMeasure.class)
  void aHundredThousandStepsStayFinite(QkanMeasure measure) {
    for (QkanAnsatz ansatz : QkanAnsatz.values()) {
      QkanLstmSpec spec = QkanLstmSpec.standard().with("measure", measure).with("ansatz", ansatz);
      LayerUnit unit = QkanUnits.lstm(layout(spec), Execution.HOST, DataType.FLOAT);
      INDArray[] inputs = QkanCases.inputs(unit, DataType.FLOAT, 1, 1, INPUTS);
      FloatStepKernel kernel =
          unit.floatStepKernel(Arrays.copyOfRange(inputs, 2, inputs.length - 2), 1);
      Random random = new Random(3);
      float[] x = new float[INPUTS];
      float[] y = new float[OUTPUTS];
      for (int t = 0; t < 100_000; t++) {
        for (int i = 0; i < INPUTS; i++) {
          x[i] = (float) (random.nextGaussian() * (t % 1000 == 0 ? 1e30 : 3));
        }
        kernel.step(x, y);
        for (float value : y) {
          assertTrue(Math.abs(value) <= 1, "step " + t + " gives " + value);
        }
      }
      kernel.readState(1, y);
      for (float value : y) {
        assertTrue(Float.isFinite(value), "state " + value);
      }
    }
  }
}
