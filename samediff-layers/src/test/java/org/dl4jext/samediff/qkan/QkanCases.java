package org.dl4jext.samediff.qkan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random inputs for QKAN units, and the arrays that come out. */
final class QkanCases {

  private QkanCases() {}

  /** Each ansatz with each measure, and each part switched off once. */
  static List<QkanSpec> edges() {
    List<QkanSpec> all = new ArrayList<>();
    for (QkanAnsatz ansatz : QkanAnsatz.values()) {
      for (QkanMeasure measure : QkanMeasure.values()) {
        all.add(QkanSpec.standard().with("ansatz", ansatz).with("measure", measure));
      }
      all.add(new QkanSpec(1, ansatz, QkanMeasure.EXPECTATION, false, true, true));
    }
    all.add(new QkanSpec(2, QkanAnsatz.PZ, QkanMeasure.FAST, true, false, true));
    all.add(new QkanSpec(2, QkanAnsatz.PZ, QkanMeasure.EXPECTATION, true, true, false));
    return all;
  }

  /** Plain and hybrid cells over the edges. */
  static Stream<QkanLstmSpec> lstms() {
    List<QkanLstmSpec> all = new ArrayList<>();
    for (QkanSpec edges : edges()) {
      all.add(QkanLstmSpec.of(edges));
    }
    QkanLstmSpec hybrid = QkanLstmSpec.standard().withLatent(3, 2);
    all.add(hybrid);
    all.add(hybrid.with("sharedCodec", true));
    all.add(hybrid.with("measure", QkanMeasure.FAST).with("reps", 1).withLatent(1, 1));
    return all.stream();
  }

  static Stream<QkanLayout> layers() {
    Stream<QkanLayout> full = edges().stream().map(e -> QkanLayout.layer(e, 3, 5));
    Stream<QkanLayout> single = edges().stream().map(e -> QkanLayout.activations(e, 4));
    return Stream.concat(full, single);
  }

  /** x, no mask, parameters and states. */
  static INDArray[] inputs(LayerUnit unit, DataType type, int batch, int steps, int inputSize) {
    int parameters = unit.parameters().size();
    INDArray[] inputs = new INDArray[2 + parameters + unit.states().size()];
    inputs[0] = random(type, 1, batch, steps, inputSize);
    for (int i = 0; i < parameters; i++) {
      inputs[2 + i] = random(type, 0.9, unit.parameters().get(i).toArray());
    }
    for (int i = 0; i < unit.states().size(); i++) {
      inputs[2 + parameters + i] = random(type, 0.5, unit.states().get(i).withBatch(batch));
    }
    return inputs;
  }

  static INDArray random(DataType type, double scale, long... shape) {
    return Nd4j.randn(DataType.DOUBLE, shape).muli(scale).castTo(type);
  }

  static long[][] outputShapes(LayerUnit unit, int batch, int steps) {
    long[][] shapes = new long[1 + unit.states().size()][];
    shapes[0] = new long[] {batch, steps, unit.outputSize()};
    for (int i = 1; i < shapes.length; i++) {
      shapes[i] = unit.states().get(i - 1).withBatch(batch);
    }
    return shapes;
  }

  static INDArray[] cotangents(LayerUnit unit, DataType type, int batch, int steps) {
    return Stream.of(outputShapes(unit, batch, steps))
        .map(shape -> random(type, 1, shape))
        .toArray(INDArray[]::new);
  }

  /**
   * @param outputs what forward gave
   * @param gradients by all inputs but the mask
   */
  record Result(INDArray[] outputs, INDArray[] gradients) {}

  /** Forward and backward with results that start as NaN. */
  static Result run(LayerUnit unit, INDArray[] inputs, INDArray[] cotangents) {
    DataType type = inputs[0].dataType();
    INDArray[] outputs =
        Stream.of(cotangents).map(c -> nan(type, c.shape())).toArray(INDArray[]::new);
    INDArray[] gradients = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      gradients[i] = inputs[i] == null || i == 1 ? null : nan(type, inputs[i].shape());
    }
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, cotangents, gradients);
    return new Result(outputs, gradients);
  }

  private static INDArray nan(DataType type, long... shape) {
    return Nd4j.valueArrayOf(shape, Double.NaN, type);
  }

  static INDArray[] cast(INDArray[] arrays, DataType type) {
    return Stream.of(arrays).map(a -> a == null ? null : a.castTo(type)).toArray(INDArray[]::new);
  }

  static void requireClose(Result want, Result got, double tolerance) {
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

  static void requireFinite(Result result) {
    for (INDArray[] arrays : List.of(result.outputs(), result.gradients())) {
      for (INDArray array : arrays) {
        if (array != null) {
          double largest = array.amaxNumber().doubleValue();
          assertTrue(Double.isFinite(largest) && largest < 1e3, () -> "largest is " + largest);
          assertTrue(array.isNaN().castTo(DataType.INT32).sumNumber().intValue() == 0, "NaN");
        }
      }
    }
  }
}
