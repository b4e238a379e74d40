package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/** Normalisation of one query or key, in place, on rows padded with zeros. */
final class FloatKeyNorm {

  private final FloatBlocks blocks;
  private final QueryKeyNorm norm;
  private final double eps;
  private final int size;

  FloatKeyNorm(FloatBlocks blocks, QueryKeyNorm norm, double eps, int size) {
    this.blocks = blocks;
    this.norm = norm;
    this.eps = eps;
    this.size = size;
  }

  /** Normalises x and returns the factor that it was multiplied by. */
  float apply(float[] x, int offset) {
    if (norm == QueryKeyNorm.NONE) {
      return 1;
    }
    float factor;
    if (norm == QueryKeyNorm.L2) {
      factor =
          FloatMath.of(1 / Math.sqrt(blocks.dot(blocks.padded(size), x, offset, x, offset) + eps));
    } else {
      float sum = 0;
      for (int i = 0; i < size; i++) {
        sum += x[offset + i];
      }
      factor = 1 / sum;
    }
    blocks.scale(size, factor, x, offset, x, offset);
    return factor;
  }

  /**
   * Turns the gradient of the normalised vector into that of the raw one.
   *
   * @param y the normalised vector
   * @param factor what {@link #apply} returned
   */
  void gradient(float[] y, int yOffset, float factor, float[] dy, int dyOffset) {
    if (norm == QueryKeyNorm.NONE) {
      return;
    }
    float along = blocks.dot(size, dy, dyOffset, y, yOffset);
    if (norm == QueryKeyNorm.L2) {
      blocks.addScaled(size, -along, y, yOffset, dy, dyOffset);
      blocks.scale(size, factor, dy, dyOffset, dy, dyOffset);
    } else {
      for (int i = 0; i < size; i++) {
        dy[dyOffset + i] = (dy[dyOffset + i] - along) * factor;
      }
    }
  }
}
