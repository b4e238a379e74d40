package org.dl4jext.samediff.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random inputs for the cells with diagonal recurrence. */
final class ParaCases {

  private ParaCases() {}

  static Stream<ParaSpec> specs() {
    return Stream.of(ParaGruSpec.ofHeads(1), ParaLstmSpec.ofHeads(1))
        .flatMap(
            spec -> Stream.of(spec, of(spec.kind(), 3, 3, 1e-5), of(spec.kind(), 1, 12, 1e-12)));
  }

  /** Newton iterations. */
  static ParaSpec of(ParaKind kind, int heads, int iterations, double tolerance) {
    return kind == ParaKind.GRU
        ? new ParaGruSpec(heads, ParaEvaluation.NEWTON, iterations, tolerance)
        : new ParaLstmSpec(heads, ParaEvaluation.NEWTON, iterations, tolerance);
  }

  static ParaSpec sequential(ParaSpec spec) {
    return spec.kind() == ParaKind.GRU
        ? ParaGruSpec.ofHeads(spec.heads())
        : ParaLstmSpec.ofHeads(spec.heads());
  }

  /** x, mask (none), parameters and states of a layer; {@code recurrent} scales A and C. */
  static INDArray[] inputs(ParaLayout layout, int batch, int steps, double recurrent) {
    List<INDArray> inputs = new ArrayList<>();
    inputs.add(UnitRuns.random(DataType.DOUBLE, 1, batch, steps, layout.inputSize()));
    inputs.add(null);
    for (TensorShape p : layout.parameters()) {
      boolean own = p.name().equals("A") || p.name().equals("C");
      inputs.add(UnitRuns.random(DataType.DOUBLE, own ? recurrent : 0.5, p.toArray()));
    }
    for (TensorShape s : layout.states()) {
      inputs.add(UnitRuns.random(DataType.DOUBLE, 0.5, s.withBatch(batch)));
    }
    return inputs.toArray(new INDArray[0]);
  }

  static long[][] outputShapes(ParaLayout layout, int batch, int steps, boolean everyState) {
    long[][] shapes = new long[1 + layout.states().size()][];
    Arrays.setAll(
        shapes,
        i ->
            i == 0 || everyState
                ? new long[] {batch, steps, layout.outputSize()}
                : new long[] {batch, layout.outputSize()});
    return shapes;
  }
}
