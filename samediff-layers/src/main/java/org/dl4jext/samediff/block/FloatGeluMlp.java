package org.dl4jext.samediff.block;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatProduct;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.buffer.DataType;

/** {@link GeluMlpFunction} on Java arrays. */
final class FloatGeluMlp extends FloatRowUnit {

  private static final FloatBlocks BLOCKS = FloatBlocks.best();

  private static final float ROOT = FloatMath.of(Math.sqrt(2 / Math.PI));
  private static final float CUBE = FloatMath.of(0.044715);

  private final FloatProduct product = FloatProduct.of(BLOCKS, HostThreads.configured());
  private final int size;
  private final int hidden;
  private float[] projected;
  private float[] activated;
  private float[] gradient;

  FloatGeluMlp(RowLayout layout, long hidden, DataType dataType) {
    super(layout, dataType);
    this.size = Math.toIntExact(layout.inputSize());
    this.hidden = Math.toIntExact(hidden);
  }

  /** gelu(x) / x = (1 + tanh(u)) / 2, as the logistic function of 2 u. */
  private static float share(float x) {
    return FloatMath.sigmoid(2 * ROOT * (x + CUBE * x * x * x));
  }

  private static float slope(float x) {
    float s = share(x);
    return s + x * s * (1 - s) * 2 * ROOT * (1 + 3 * CUBE * x * x);
  }

  /** rows = x w + b for each row. */
  private void affine(int rows, int in, int out, float[] x, float[] w, float[] b, float[] y) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(b, 0, y, r * out, out);
    }
    product.multiply(rows, out, in, x, in, 1, w, out, 1, y, out, true);
  }

  @Override
  void forward(int rows, float[] x, float[][] parameters, float[] y) {
    projected = FloatHostArrays.ensure(projected, (long) rows * hidden);
    activated = FloatHostArrays.ensure(activated, (long) rows * hidden);
    affine(rows, size, hidden, x, parameters[0], parameters[1], projected);
    for (int i = 0; i < rows * hidden; i++) {
      activated[i] = projected[i] * share(projected[i]);
    }
    affine(rows, hidden, size, activated, parameters[2], parameters[3], y);
  }

  @Override
  void backward(
      int rows, float[] x, float[][] parameters, float[] dy, float[] dx, float[][] gradients) {
    gradient = FloatHostArrays.ensure(gradient, (long) rows * hidden);
    affineGradient(
        rows, hidden, size, activated, parameters[2], dy, gradient, gradients[2], gradients[3]);
    for (int i = 0; i < rows * hidden; i++) {
      gradient[i] *= slope(projected[i]);
    }
    affineGradient(rows, size, hidden, x, parameters[0], gradient, dx, gradients[0], gradients[1]);
  }

  private void affineGradient(
      int rows,
      int in,
      int out,
      float[] x,
      float[] w,
      float[] dy,
      float[] dx,
      float[] dw,
      float[] db) {
    product.multiply(rows, in, out, dy, out, 1, w, 1, out, dx, in, false);
    product.multiply(in, out, rows, x, 1, in, dy, out, 1, dw, out, false);
    Arrays.fill(db, 0);
    for (int r = 0; r < rows; r++) {
      BLOCKS.addScaled(out, 1, dy, r * out, db, 0);
    }
  }
}
