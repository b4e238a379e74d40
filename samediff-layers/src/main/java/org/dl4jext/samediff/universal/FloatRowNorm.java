package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/** Layer norm of rows on Java arrays; {@link ReferenceNorm} is the slow form. */
final class FloatRowNorm {

  private final FloatBlocks blocks;
  private final int size;
  private final double eps;
  private final float[] ones;
  private final float[] z;
  private final float[] d;

  FloatRowNorm(FloatBlocks blocks, int size, double eps) {
    this.blocks = blocks;
    this.size = size;
    this.eps = eps;
    ones = new float[size];
    java.util.Arrays.fill(ones, 1);
    z = new float[size];
    d = new float[size];
  }

  /** y of rows x; may be the same array. */
  void forward(int rows, float[] x, float[] gain, float[] bias, float[] y) {
    for (int row = 0; row < rows; row++) {
      int at = row * size;
      normalise(x, at);
      blocks.times(size, z, 0, gain, 0, y, at);
      blocks.addScaled(size, 1, bias, 0, y, at);
    }
  }

  /** Fills z; returns the rate. */
  private float normalise(float[] x, int at) {
    float mean = blocks.dot(size, x, at, ones, 0) / size;
    System.arraycopy(x, at, z, 0, size);
    blocks.addScaled(size, -mean, ones, 0, z, 0);
    float variance = blocks.dot(size, z, 0, z, 0) / size;
    float rate = FloatMath.of(1 / Math.sqrt(variance + eps));
    blocks.scale(size, rate, z, 0, z, 0);
    return rate;
  }

  /**
   * Adds to dx, and to the gradients of gain and bias.
   *
   * @param dy only read; not the same array as dx
   */
  void backward(
      int rows,
      float[] x,
      float[] gain,
      float[] dy,
      float[] dx,
      float[] gainGradient,
      float[] biasGradient) {
    for (int row = 0; row < rows; row++) {
      int at = row * size;
      float rate = normalise(x, at);
      blocks.addTimes(size, dy, at, z, 0, gainGradient, 0);
      blocks.addScaled(size, 1, dy, at, biasGradient, 0);
      blocks.times(size, dy, at, gain, 0, d, 0);
      float sum = blocks.dot(size, d, 0, ones, 0) / size;
      float dot = blocks.dot(size, d, 0, z, 0) / size;
      blocks.addScaled(size, rate, d, 0, dx, at);
      blocks.addScaled(size, -rate * sum, ones, 0, dx, at);
      blocks.addScaled(size, -rate * dot, z, 0, dx, at);
    }
  }
}
