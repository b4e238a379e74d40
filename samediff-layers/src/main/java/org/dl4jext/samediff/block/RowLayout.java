package org.dl4jext.samediff.block;

import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Name, sizes and parameters of a layer that maps each step by itself, and the checks of a call.
 *
 * @param name for messages
 * @param inputSize channels of a step of x
 * @param outputSize channels of a step of y
 * @param parameters in order
 */
record RowLayout(String name, long inputSize, long outputSize, List<TensorShape> parameters) {

  static RowLayout of(NormSpec spec, long size) {
    String name = spec.centred() ? "layer norm" : "RMS norm";
    return new RowLayout(name, size, size, spec.parameters(size));
  }

  static RowLayout of(SwiGluSpec spec, long inputSize, long outputSize) {
    return new RowLayout("SwiGLU", inputSize, outputSize, spec.parameters(inputSize, outputSize));
  }

  void requireForward(DataType type, INDArray[] inputs, INDArray[] outputs) {
    ArrayCheck.requireCount(name, "inputs", inputs, LayerUnit.FIRST_PARAMETER + parameters.size());
    ArrayCheck.requireRank(name, "x", inputs[0], type, 3);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    ArrayCheck.requireShape(name, "x", inputs[0], type, batch, steps, inputSize);
    ArrayCheck.requireMask(name, inputs[1], batch, steps);
    for (int i = 0; i < parameters.size(); i++) {
      TensorShape p = parameters.get(i);
      INDArray array = inputs[LayerUnit.FIRST_PARAMETER + i];
      ArrayCheck.requireShape(name, "parameter " + p.name(), array, type, p.toArray());
    }
    ArrayCheck.requireCount(name, "outputs", outputs, 1);
    ArrayCheck.requireShapeOrNull(name, "y", outputs[0], type, batch, steps, outputSize);
  }

  void requireBackward(
      DataType type, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    ArrayCheck.requireCount(name, "output gradients", outputGradients, 1);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    ArrayCheck.requireShapeOrNull(
        name, "gradient of y", outputGradients[0], type, batch, steps, outputSize);
    ArrayCheck.requireCount(name, "input gradients", inputGradients, inputs.length);
    for (int i = 0; i < inputGradients.length; i++) {
      if (i != 1) {
        ArrayCheck.requireShapeOrNull(
            name, "gradient of input " + i, inputGradients[i], type, inputs[i].shape());
      } else if (inputGradients[i] != null) {
        throw new IllegalArgumentException(name + ": a mask has no gradient; allowed: null");
      }
    }
  }

  /** Indices n*T+t of the valid steps; null where there is no mask. */
  static int[] validRows(INDArray mask) {
    if (mask == null) {
      return null;
    }
    double[] values = mask.dup('c').data().asDouble();
    int count = 0;
    int[] rows = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        rows[count++] = i;
      }
    }
    return java.util.Arrays.copyOf(rows, count);
  }
}
