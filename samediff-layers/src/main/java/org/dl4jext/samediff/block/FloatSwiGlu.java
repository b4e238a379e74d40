package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.buffer.DataType;

/** SwiGLU on Java arrays. */
final class FloatSwiGlu extends FloatRowUnit {

  private final int inputSize;
  private final int hidden;
  private final int outputSize;
  private float[] projected;
  private float[] gated;
  private float[] gatedGradient;
  private float[] projectedGradient;

  FloatSwiGlu(SwiGluSpec spec, long inputSize, long outputSize, DataType dataType) {
    super(RowLayout.of(spec, inputSize, outputSize), dataType);
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
    hidden = Math.toIntExact(spec.hiddenSize(inputSize));
  }

  @Override
  void forward(int rows, float[] x, float[][] parameters, float[] y) {
    projected = FloatHost.atLeast(projected, rows * 2 * hidden);
    gated = FloatHost.atLeast(gated, rows * hidden);
    FloatHost.product(rows, 2 * hidden, inputSize, x, parameters[0], projected);
    gate(rows, hidden, projected, gated);
    FloatHost.product(rows, outputSize, hidden, gated, parameters[1], y);
  }

  static void gate(int rows, int hidden, float[] projected, float[] gated) {
    for (int row = 0; row < rows; row++) {
      int from = row * 2 * hidden;
      for (int j = 0; j < hidden; j++) {
        float p = projected[from + j];
        gated[row * hidden + j] = p * sigmoid(p) * projected[from + hidden + j];
      }
    }
  }

  @Override
  void backward(
      int rows, float[] x, float[][] parameters, float[] dy, float[] dx, float[][] gradients) {
    gatedGradient = FloatHost.atLeast(gatedGradient, rows * hidden);
    projectedGradient = FloatHost.atLeast(projectedGradient, rows * 2 * hidden);
    FloatHost.productTransposedLeft(hidden, outputSize, rows, gated, dy, gradients[1]);
    FloatHost.productTransposedRight(rows, hidden, outputSize, dy, parameters[1], gatedGradient);
    gateBackward(rows);
    FloatHost.productTransposedLeft(
        inputSize, 2 * hidden, rows, x, projectedGradient, gradients[0]);
    FloatHost.productTransposedRight(
        rows, inputSize, 2 * hidden, projectedGradient, parameters[0], dx);
  }

  private void gateBackward(int rows) {
    for (int row = 0; row < rows; row++) {
      int from = row * 2 * hidden;
      for (int j = 0; j < hidden; j++) {
        float p = projected[from + j];
        float up = projected[from + hidden + j];
        float s = sigmoid(p);
        float d = gatedGradient[row * hidden + j];
        projectedGradient[from + j] = d * up * s * (1 + p * (1 - s));
        projectedGradient[from + hidden + j] = d * p * s;
      }
    }
  }

  private static float sigmoid(float x) {
    return FloatMath.of(1 / (1 + Math.exp(-x)));
  }
}
