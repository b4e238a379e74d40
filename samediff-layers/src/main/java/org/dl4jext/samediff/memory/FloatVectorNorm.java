package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Vectors divided by their length or by the root of their mean square; {@link RowNormArray} is the
 * slow form. Remembers the factors of one pass.
 */
final class FloatVectorNorm {

  private final FloatBlocks blocks;
  private final int size;
  private final double divisor;
  private final double eps;
  private float[] factors;

  /**
   * @param mean whether the mean of the squares is taken instead of the sum
   */
  FloatVectorNorm(FloatBlocks blocks, int size, boolean mean, double eps) {
    this.blocks = blocks;
    this.size = size;
    this.eps = eps;
    divisor = mean ? size : 1;
  }

  /** Makes room for the factors of a pass. */
  void open(int vectors) {
    factors = FloatHostArrays.ensure(factors, vectors);
  }

  /** y = x times its factor; may be the same array. A vector of zeros stays one. */
  void forward(int vector, float[] x, int xAt, float[] y, int yAt) {
    double square = blocks.dot(size, x, xAt, x, xAt) / divisor + eps;
    factors[vector] = square == 0 ? 0 : FloatMath.of(1 / Math.sqrt(square));
    blocks.scale(size, factors[vector], x, xAt, y, yAt);
  }

  /** Turns the gradient of y into that of x, in place. */
  void backward(int vector, float[] y, int yAt, float[] d, int dAt) {
    float along = FloatMath.of(blocks.dot(size, d, dAt, y, yAt) / divisor);
    blocks.addScaled(size, -along, y, yAt, d, dAt);
    blocks.scale(size, factors[vector], d, dAt, d, dAt);
  }
}
