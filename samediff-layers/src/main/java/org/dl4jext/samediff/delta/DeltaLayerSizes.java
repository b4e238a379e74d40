package org.dl4jext.samediff.delta;

import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch size and length of one call of a delta layer, and the checks of its arrays. */
record DeltaLayerSizes(DeltaLayout layout, int batch, int tokens) {

  private static final String UNIT = "delta layer";

  /** Checks the inputs: x, mask or null, the parameters, the states or nulls. */
  static DeltaLayerSizes of(DeltaLayout layout, DataType type, INDArray[] inputs) {
    List<TensorShape> parameters = layout.parameters();
    List<TensorShape> states = layout.states();
    int firstState = LayerUnit.FIRST_PARAMETER + parameters.size();
    ArrayCheck.requireCount(UNIT, "inputs", inputs, firstState + states.size());
    ArrayCheck.requireRank(UNIT, "x", inputs[0], type, 3);
    long batch = inputs[0].size(0);
    long tokens = inputs[0].size(1);
    ArrayCheck.requireShape(UNIT, "x", inputs[0], type, batch, tokens, layout.inputSize());
    ArrayCheck.requireMask(UNIT, inputs[1], batch, tokens);
    for (int i = 0; i < parameters.size(); i++) {
      TensorShape p = parameters.get(i);
      INDArray array = inputs[LayerUnit.FIRST_PARAMETER + i];
      ArrayCheck.requireShape(UNIT, "parameter " + p.name(), array, type, p.toArray());
    }
    for (int i = 0; i < states.size(); i++) {
      TensorShape s = states.get(i);
      ArrayCheck.requireShapeOrNull(
          UNIT, "state " + s.name(), inputs[firstState + i], type, s.withBatch(batch));
    }
    return new DeltaLayerSizes(layout, Math.toIntExact(batch), Math.toIntExact(tokens));
  }

  /** Index of the first state among the inputs. */
  int firstState() {
    return LayerUnit.FIRST_PARAMETER + layout.parameters().size();
  }

  long[] outputShape(int index) {
    return index == 0
        ? new long[] {batch, tokens, layout.outputSize()}
        : layout.states().get(index - 1).withBatch(batch);
  }

  /** Checks outputs or their gradients; entries may be null. */
  void requireOutputs(String what, DataType type, INDArray[] outputs) {
    ArrayCheck.requireCount(UNIT, what, outputs, 1 + layout.states().size());
    for (int i = 0; i < outputs.length; i++) {
      ArrayCheck.requireShapeOrNull(UNIT, what + "[" + i + "]", outputs[i], type, outputShape(i));
    }
  }

  /** Checks the arrays that take the input gradients; entries may be null. */
  void requireInputGradients(DataType type, INDArray[] gradients, INDArray[] inputs) {
    ArrayCheck.requireCount(UNIT, "input gradients", gradients, inputs.length);
    for (int i = 0; i < gradients.length; i++) {
      if (i == 1 && gradients[i] != null) {
        throw new IllegalArgumentException(UNIT + ": a mask has no gradient; allowed: null");
      }
      long[] shape =
          i >= firstState() ? outputShape(1 + i - firstState()) : i == 1 ? null : inputs[i].shape();
      ArrayCheck.requireShapeOrNull(UNIT, "gradient of input " + i, gradients[i], type, shape);
    }
  }
}
