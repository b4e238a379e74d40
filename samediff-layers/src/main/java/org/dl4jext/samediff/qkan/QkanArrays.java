package org.dl4jext.samediff.qkan;

import java.util.List;
import java.util.stream.IntStream;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Checks the arrays of a QKAN unit and says where they stand.
 *
 * @param unit name for messages
 * @param type data type of all arrays
 * @param inputSize nIn
 * @param outputSize nOut
 * @param parameters of the layer
 * @param states of the layer
 */
record QkanArrays(
    String unit,
    DataType type,
    long inputSize,
    long outputSize,
    List<TensorShape> parameters,
    List<TensorShape> states) {

  static QkanArrays of(QkanLayout layout, DataType type) {
    return new QkanArrays(
        "QKAN layer",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        List.of());
  }

  static QkanArrays of(QkanLstmLayout layout, DataType type) {
    return new QkanArrays(
        "QKAN-LSTM",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states());
  }

  /** Index of the first state among the inputs. */
  int firstState() {
    return LayerUnit.FIRST_PARAMETER + parameters.size();
  }

  /** Refuses the arrays of a forward pass that do not fit. */
  void requireForward(INDArray[] inputs, INDArray[] outputs) {
    requireInputs(inputs);
    requireOutputs("outputs", inputs, outputs);
  }

  /** Refuses a backward pass without a kept forward pass, or with arrays that do not fit. */
  void requireBackward(
      boolean kept, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(unit + ": backward without a kept forward pass");
    }
    requireInputs(inputs);
    requireOutputs("output gradients", inputs, outputGradients);
    requireInputGradients(inputs, inputGradients);
  }

  /** Refuses inputs that do not fit. */
  void requireInputs(INDArray[] inputs) {
    ArrayCheck.requireCount(unit, "inputs", inputs, firstState() + states.size());
    ArrayCheck.requireRank(unit, "x", inputs[0], type, 3);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    ArrayCheck.requireShape(unit, "x", inputs[0], type, batch, steps, inputSize);
    ArrayCheck.requireMask(unit, inputs[1], batch, steps);
    for (int i = 0; i < parameters.size(); i++) {
      TensorShape p = parameters.get(i);
      INDArray given = inputs[LayerUnit.FIRST_PARAMETER + i];
      ArrayCheck.requireShape(unit, p.name(), given, type, p.toArray());
    }
    requireStates("state ", inputs, firstState(), batch);
  }

  private void requireOutputs(String what, INDArray[] inputs, INDArray[] outputs) {
    ArrayCheck.requireCount(unit, what, outputs, 1 + states.size());
    long batch = inputs[0].size(0);
    ArrayCheck.requireShapeOrNull(
        unit, what + ": y", outputs[0], type, batch, inputs[0].size(1), outputSize);
    requireStates(what + ": ", outputs, 1, batch);
  }

  private void requireInputGradients(INDArray[] inputs, INDArray[] gradients) {
    ArrayCheck.requireCount(unit, "input gradients", gradients, inputs.length);
    for (int i = 0; i < gradients.length; i++) {
      if (gradients[i] != null && i < firstState()) {
        String name = "gradient of input " + i;
        ArrayCheck.requireShape(unit, name, gradients[i], type, inputs[i].shape());
      }
    }
    requireStates("gradient of state ", gradients, firstState(), inputs[0].size(0));
  }

  private void requireStates(String what, INDArray[] arrays, int first, long batch) {
    for (int i = 0; i < states.size(); i++) {
      TensorShape s = states.get(i);
      ArrayCheck.requireShapeOrNull(
          unit, what + s.name(), arrays[first + i], type, s.withBatch(batch));
    }
  }

  /** The steps of each example that the mask, which may be null, keeps. */
  static int[][] validSteps(INDArray mask, int batch, int steps) {
    double[] values = mask == null ? null : mask.dup('c').data().asDouble();
    int[][] valid = new int[batch][];
    for (int n = 0; n < batch; n++) {
      int row = n * steps;
      valid[n] =
          IntStream.range(0, steps).filter(t -> values == null || values[row + t] != 0).toArray();
    }
    return valid;
  }
}
