package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatProduct;

/** What one thread works with: scratch memory, and its share of the gradients. */
final class FloatUniversalWorker {

  final FloatHostArrays host = new FloatHostArrays();
  final FloatBlocks blocks = FloatBlocks.best();
  final FloatProduct product = FloatProduct.of(blocks, 1);
  final FloatRowNorm norm;
  final FloatAttention attention;
  final FloatUniversalParameters gradients;

  /** Rows [rows,D]. */
  float[] normed = new float[0];

  float[] added = new float[0];
  float[] branch = new float[0];
  float[] spare = new float[0];

  /** Rows [rows,3D] and [rows,F]. */
  float[] wide = new float[0];

  float[] inner = new float[0];

  FloatUniversalWorker(UniversalLayout layout) {
    norm = new FloatRowNorm(blocks, layout.width(), layout.spec().layerNormEpsilon());
    attention = new FloatAttention(blocks, layout.spec().heads(), layout.headSize());
    gradients = new FloatUniversalParameters(layout);
  }

  void ensure(UniversalLayout layout, int rows) {
    long all = (long) rows * layout.width();
    normed = FloatHostArrays.ensure(normed, all);
    added = FloatHostArrays.ensure(added, all);
    branch = FloatHostArrays.ensure(branch, all);
    spare = FloatHostArrays.ensure(spare, all);
    wide = FloatHostArrays.ensure(wide, 3 * all);
    inner = FloatHostArrays.ensure(inner, (long) rows * layout.innerSize());
  }

  /** C = X W for row-major matrices. */
  void linear(int rows, int inputs, int outputs, float[] x, float[] w, float[] c, boolean add) {
    if (rows > 0) {
      product.multiply(rows, outputs, inputs, x, inputs, 1, w, outputs, 1, c, outputs, add);
    }
  }

  /** The backward pass of {@link #linear}: adds to the gradient of W, and gives that of X. */
  void linearBackward(
      int rows, int inputs, int outputs, float[] x, float[] w, float[] dc, float[] dw, float[] dx) {
    if (rows > 0) {
      product.multiply(inputs, outputs, rows, x, 1, inputs, dc, outputs, 1, dw, outputs, true);
      product.multiply(rows, inputs, outputs, dc, outputs, 1, w, 1, outputs, dx, inputs, false);
    }
  }
}
