package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random inputs of pLSTM units, in double precision. */
final class PlstmCases {

  private PlstmCases() {}

  private static INDArray random(long[] leading, long... axes) {
    long[] shape = LongStream.concat(LongStream.of(leading), LongStream.of(axes)).toArray();
    return UnitRuns.random(DataType.DOUBLE, 0.5, shape);
  }

  static INDArray[] sequence(PlstmHead h, int lanes, int steps) {
    long[] at = {lanes, steps};
    return new INDArray[] {
      random(at, h.query()),
      random(at, h.key()),
      random(at, h.value()),
      random(at, h.source()),
      random(at, h.transition()),
      random(at, h.mark()),
      random(at, h.direct()),
      random(new long[] {lanes}, h.state())
    };
  }

  static long[][] sequenceOutputs(PlstmHead h, int lanes, int steps) {
    return new long[][] {
      {lanes, steps, h.valueSize(), h.outputs()},
      {lanes, h.keySize(), h.valueSize(), h.stateSize()}
    };
  }

  static INDArray[] grid(PlstmHead h, int lanes, int width, int height) {
    long[] at = {lanes, width, height};
    return Arrays.stream(h.gridAxes()).map(axes -> random(at, axes)).toArray(INDArray[]::new);
  }

  static long[][] gridOutputs(PlstmHead h, int lanes, int width, int height) {
    return new long[][] {{lanes, width, height, h.valueSize(), h.outputs()}};
  }

  /** x, no mask, parameters and states of a layer. */
  static INDArray[] layer(LayerUnit unit, int batch, int steps, int inputSize) {
    int parameters = unit.parameters().size();
    INDArray[] inputs = new INDArray[2 + parameters + unit.states().size()];
    inputs[0] = UnitRuns.random(DataType.DOUBLE, 1, batch, steps, inputSize);
    for (int i = 0; i < parameters; i++) {
      inputs[2 + i] = UnitRuns.random(DataType.DOUBLE, 0.6, unit.parameters().get(i).toArray());
    }
    for (int i = 0; i < unit.states().size(); i++) {
      inputs[2 + parameters + i] =
          UnitRuns.random(DataType.DOUBLE, 0.5, unit.states().get(i).withBatch(batch));
    }
    return inputs;
  }
}
