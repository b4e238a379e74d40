package org.dl4jext.samediff.qkan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random inputs for QKAN units. */
final class QkanCases {

  private QkanCases() {}

  /** Each ansatz with each measure, and each part switched off once. */
  static List<QkanSpec> edges() {
    List<QkanSpec> all = new ArrayList<>();
    for (QkanAnsatz ansatz : QkanAnsatz.values()) {
      for (QkanMeasure measure : QkanMeasure.values()) {
        all.add(
            QkanSpec.standard().with("reps", 3).with("ansatz", ansatz).with("measure", measure));
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
    inputs[0] = UnitRuns.random(type, 1, batch, steps, inputSize);
    for (int i = 0; i < parameters; i++) {
      inputs[2 + i] = UnitRuns.random(type, 0.9, unit.parameters().get(i).toArray());
    }
    for (int i = 0; i < unit.states().size(); i++) {
      inputs[2 + parameters + i] =
          UnitRuns.random(type, 0.5, unit.states().get(i).withBatch(batch));
    }
    return inputs;
  }

  static void requireFinite(UnitRuns.Result result) {
    for (INDArray[] arrays : List.of(result.outputs(), result.gradients())) {
      for (INDArray array : arrays) {
        if (array != null) {
          double[] values = array.dup('c').data().asDouble();
          assertTrue(Arrays.stream(values).allMatch(v -> Math.abs(v) < 1e3));
        }
      }
    }
  }
}
