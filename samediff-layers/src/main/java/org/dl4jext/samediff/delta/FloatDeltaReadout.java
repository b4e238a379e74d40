package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * What happens to the read of one value head after the recurrence: y = o / sqrt(mean o^2 + eps)
 * gain * SiLU(gate), norm and gate where the options have them. Works on rows padded to whole
 * vectors; holds scratch for one thread.
 */
final class FloatDeltaReadout {

  private final FloatBlocks blocks;
  private final DeltaSpec spec;
  private final int size;
  private final int row;
  private final float[] opened;
  private final float[] normed;

  FloatDeltaReadout(FloatBlocks blocks, DeltaSpec spec, int tokens) {
    this.blocks = blocks;
    this.spec = spec;
    size = spec.valueSize();
    row = blocks.padded(size);
    opened = new float[spec.outputGate() ? tokens * row : 0];
    normed = new float[tokens * row];
  }

  /**
   * Applies norm and gate in place.
   *
   * @param gate [tokens,row] before SiLU; unused without a gate
   */
  void forward(int tokens, float[] o, int oOffset, float[] gain, float[] gate) {
    if (spec.outputNorm()) {
      for (int t = 0; t < tokens; t++) {
        int at = oOffset + t * row;
        blocks.scale(row, inverse(o, at), o, at, o, at);
        blocks.times(row, o, at, gain, 0, o, at);
      }
    }
    if (spec.outputGate()) {
      blocks.silu(tokens * row, gate, 0, opened, 0);
      blocks.times(tokens * row, o, oOffset, opened, 0, o, oOffset);
    }
  }

  private float inverse(float[] o, int at) {
    double mean = blocks.dot(row, o, at, o, at) / (double) size;
    return FloatMath.of(1 / Math.sqrt(mean + spec.outputNormEps()));
  }

  /**
   * The gradient of the read.
   *
   * @param o the read that {@link #forward} was given; only read
   * @param d gradient of y on entry, of o on return
   * @param gate as in {@link #forward} on entry, its gradient on return
   * @param dGain the gradient of the gain is added here
   */
  void backward(
      int tokens,
      float[] o,
      int oOffset,
      float[] gain,
      float[] gate,
      float[] d,
      float[] dGain,
      int dGainOffset) {
    int all = tokens * row;
    if (spec.outputGate()) {
      gateGradient(tokens, o, oOffset, gain, gate, d);
    }
    if (!spec.outputNorm()) {
      return;
    }
    for (int t = 0; t < all; t += row) {
      float inverse = inverse(o, oOffset + t);
      blocks.scale(row, inverse, o, oOffset + t, normed, 0);
      blocks.addTimes(row, d, t, normed, 0, dGain, dGainOffset);
      blocks.times(row, d, t, gain, 0, d, t);
      float along = blocks.dot(row, d, t, normed, 0) / size;
      blocks.addScaled(row, -along, normed, 0, d, t);
      blocks.scale(row, inverse, d, t, d, t);
    }
  }

  /** Replaces the gate by its gradient and d by the gradient of the normalised read. */
  private void gateGradient(
      int tokens, float[] o, int oOffset, float[] gain, float[] gate, float[] d) {
    int all = tokens * row;
    for (int t = 0; t < all; t += row) {
      if (spec.outputNorm()) {
        blocks.scale(row, inverse(o, oOffset + t), o, oOffset + t, normed, t);
        blocks.times(row, normed, t, gain, 0, normed, t);
      } else {
        System.arraycopy(o, oOffset + t, normed, t, row);
      }
    }
    blocks.silu(all, gate, 0, opened, 0);
    blocks.times(all, d, 0, normed, 0, normed, 0);
    blocks.siluGradient(all, gate, 0, normed, 0);
    blocks.times(all, d, 0, opened, 0, d, 0);
    System.arraycopy(normed, 0, gate, 0, all);
  }
}
