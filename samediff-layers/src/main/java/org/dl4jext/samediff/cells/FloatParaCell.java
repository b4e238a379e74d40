package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * One step of {@code n} neighbouring elements of a cell with diagonal recurrence, on parts of Java
 * arrays; {@link ParaStep} is the slow form.
 *
 * <p>Gate g of element e stands at {@code zOffset + g * gate + e}. The elements are those from
 * {@code first} on of a layer of {@code gate} elements. Arrays of c are ignored by the GRU.
 */
abstract class FloatParaCell {

  final FloatBlocks blocks;

  /** A of the three gates, then C of the peepholes [rows][gate]. */
  float[] w;

  FloatParaCell(FloatBlocks blocks) {
    this.blocks = blocks;
  }

  static FloatParaCell of(ParaKind kind, FloatBlocks blocks) {
    return switch (kind) {
      case GRU -> new FloatParaGru(blocks);
      case LSTM -> new FloatParaLstm(blocks);
    };
  }

  /**
   * Advances a step.
   *
   * @param z projected inputs; overwritten by the gates
   * @param h before the step
   * @param c before the step
   * @param hAfter overwritten
   * @param cAfter overwritten; may be {@code c} itself
   */
  abstract void forward(
      int n,
      int first,
      float[] z,
      int zOffset,
      int gate,
      float[] h,
      int hOffset,
      float[] c,
      int cOffset,
      float[] hAfter,
      int hAfterOffset,
      float[] cAfter,
      int cAfterOffset);

  /**
   * The Jacobian: of h by h at {@code jOffset + e}; of the LSTM then h by c, c by h and c by c,
   * each {@code gate} further.
   *
   * @param p projected inputs, with the geometry of z
   * @param z gates
   * @param cNow where the output gate is linearised
   */
  abstract void jacobian(
      int n,
      int first,
      float[] p,
      int pOffset,
      float[] z,
      int zOffset,
      int gate,
      float[] h,
      int hOffset,
      float[] c,
      int cOffset,
      float[] cNow,
      int cNowOffset,
      float[] j,
      int jOffset);

  /** c after the step, from the gates. */
  abstract void replay(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] c,
      int cOffset,
      float[] cAfter,
      int cAfterOffset);

  /**
   * Differentiates the step.
   *
   * @param z gates; overwritten by the gradients of the projected inputs
   * @param dh gradient of h after the step; overwritten by that of h before it
   * @param dc gradient of c after the step; overwritten by that of c before it
   * @param dw gradients of {@link #w}, added to
   */
  abstract void backward(
      int n,
      int first,
      float[] z,
      int zOffset,
      int gate,
      float[] h,
      int hOffset,
      float[] c,
      int cOffset,
      float[] cAfter,
      int cAfterOffset,
      float[] dh,
      int dhOffset,
      float[] dc,
      int dcOffset,
      float[] dw);

  /** y = tanh(y) in place. */
  final void tanh(int n, float[] y, int offset) {
    for (int e = offset; e < offset + n; e++) {
      y[e] += y[e];
    }
    blocks.sigmoid(n, y, offset, y, offset);
    for (int e = offset; e < offset + n; e++) {
      y[e] = 2 * y[e] - 1;
    }
  }
}
