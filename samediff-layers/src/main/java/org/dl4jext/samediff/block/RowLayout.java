package org.dl4jext.samediff.block;

import java.util.List;
import org.dl4jext.samediff.LayerArrays;
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

  static RowLayout geluMlp(long size, long hidden) {
    return new RowLayout(
        "GELU MLP",
        size,
        size,
        List.of(
            TensorShape.weight("W", size, hidden),
            TensorShape.bias("b", hidden),
            TensorShape.weight("Wo", hidden, size),
            TensorShape.bias("bo", size)));
  }

  private LayerArrays arrays(DataType type) {
    return new LayerArrays(name, type, inputSize, outputSize, parameters, List.of());
  }

  void requireForward(DataType type, INDArray[] inputs, INDArray[] outputs) {
    arrays(type).requireForward(inputs, outputs);
  }

  void requireBackward(
      DataType type, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays(type).requireOutputs("output gradients", inputs, outputGradients);
    arrays(type).requireInputGradients(inputs, inputGradients);
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
