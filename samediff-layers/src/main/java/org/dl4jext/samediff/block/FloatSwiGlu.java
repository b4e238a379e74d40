package org.dl4jext.samediff.block;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.buffer.DataType;

/** SwiGLU on Java arrays. */
final class FloatSwiGlu extends FloatRowUnit {

  private static final FloatBlocks BLOCKS = FloatBlocks.best();

  private final int inputSize;
  private final int hidden;
  private final int outputSize;
  private float[] projected;
  private float[] activated;
  private float[] gated;
  private float[] gatedGradient;
  private float[] projectedGradient;
  private float[] transposed;

  FloatSwiGlu(SwiGluSpec spec, long inputSize, long outputSize, DataType dataType) {
    super(RowLayout.of(spec, inputSize, outputSize), dataType);
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
    hidden = Math.toIntExact(spec.hiddenSize(inputSize));
  }

  @Override
  void forward(int rows, float[] x, float[][] parameters, float[] y) {
    projected = FloatHostArrays.ensure(projected, rows * 2L * hidden);
    activated = FloatHostArrays.ensure(activated, (long) rows * hidden);
    gated = FloatHostArrays.ensure(gated, (long) rows * hidden);
    product(rows, 2 * hidden, inputSize, x, inputSize, 1, parameters[0], projected);
    for (int row = 0; row < rows; row++) {
      int from = row * 2 * hidden;
      int to = row * hidden;
      BLOCKS.silu(hidden, projected, from, activated, to);
      BLOCKS.times(hidden, activated, to, projected, from + hidden, gated, to);
    }
    product(rows, outputSize, hidden, gated, hidden, 1, parameters[1], y);
  }

  @Override
  void backward(
      int rows, float[] x, float[][] parameters, float[] dy, float[] dx, float[][] gradients) {
    gatedGradient = FloatHostArrays.ensure(gatedGradient, (long) rows * hidden);
    projectedGradient = FloatHostArrays.ensure(projectedGradient, rows * 2L * hidden);
    transposed =
        FloatHostArrays.ensure(transposed, Math.max(parameters[0].length, parameters[1].length));
    product(hidden, outputSize, rows, gated, 1, hidden, dy, gradients[1]);
    BLOCKS.transpose(hidden, outputSize, parameters[1], 0, outputSize, transposed, 0, hidden);
    product(rows, hidden, outputSize, dy, outputSize, 1, transposed, gatedGradient);
    for (int row = 0; row < rows; row++) {
      int from = row * 2 * hidden;
      int to = row * hidden;
      BLOCKS.times(hidden, gatedGradient, to, projected, from + hidden, projectedGradient, from);
      BLOCKS.siluGradient(hidden, projected, from, projectedGradient, from);
      BLOCKS.times(hidden, gatedGradient, to, activated, to, projectedGradient, from + hidden);
    }
    product(inputSize, 2 * hidden, rows, x, 1, inputSize, projectedGradient, gradients[0]);
    BLOCKS.transpose(inputSize, 2 * hidden, parameters[0], 0, 2 * hidden, transposed, 0, inputSize);
    product(rows, inputSize, 2 * hidden, projectedGradient, 2 * hidden, 1, transposed, dx);
  }

  /** c [m,n] = a b; a by its strides, b [k,n] row after row. */
  private static void product(
      int m, int n, int k, float[] a, int aRow, int aColumn, float[] b, float[] c) {
    BLOCKS.multiply(m, n, k, a, 0, aRow, aColumn, b, 0, n, c, 0, n, 1, false);
  }
}
