package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatProduct;

/** An RMS norm with gains for each head, and the last projection. */
final class FloatPlstmReadout {

  private final int heads;
  private final int size;
  private final int joined;
  private final int outputs;
  private final float eps;
  private final FloatBlocks blocks;
  private final FloatProduct product;

  /** What the recurrence read [rows,heads,size]; in the backward pass its gradient. */
  float[] reads;

  private float[] normed;
  private float[] rates;
  private float[] gained;

  FloatPlstmReadout(
      int heads, int size, int outputs, double eps, FloatBlocks blocks, FloatProduct product) {
    this.heads = heads;
    this.size = size;
    this.outputs = outputs;
    this.eps = FloatMath.of(eps);
    this.blocks = blocks;
    this.product = product;
    joined = heads * size;
  }

  /** Makes room for the reads, all zero. */
  void begin(int rows) {
    reads = FloatHostArrays.ensure(reads, (long) rows * joined);
    Arrays.fill(reads, 0, rows * joined, 0);
  }

  FloatPlstmField field(int row, int head) {
    return new FloatPlstmField(reads, row * joined + head * size, joined);
  }

  /**
   * y = norm(reads) W'.
   *
   * @param gain [heads,size]
   * @param weight [outputs,heads size]
   * @param y [rows,outputs], overwritten
   */
  void forward(int rows, float[] gain, float[] weight, float[] y) {
    normed = FloatHostArrays.ensure(normed, (long) rows * joined);
    rates = FloatHostArrays.ensure(rates, (long) rows * heads);
    gained = FloatHostArrays.ensure(gained, (long) rows * joined);
    for (int r = 0; r < rows; r++) {
      for (int h = 0; h < heads; h++) {
        int at = r * joined + h * size;
        float squares = blocks.dot(size, reads, at, reads, at);
        float rate = FloatMath.of(1 / Math.sqrt(squares / size + eps));
        rates[r * heads + h] = rate;
        blocks.scale(size, rate, reads, at, normed, at);
      }
      blocks.times(joined, normed, r * joined, gain, 0, gained, r * joined);
    }
    product.multiply(
        rows, outputs, joined, gained, joined, 1, weight, 1, joined, y, outputs, false);
  }

  /**
   * Backward; {@link #reads} become their gradient.
   *
   * @param dGain overwritten
   * @param dWeight overwritten
   */
  void backward(
      int rows, float[] gain, float[] weight, float[] dy, float[] dGain, float[] dWeight) {
    gained = FloatHostArrays.ensure(gained, (long) rows * joined);
    for (int r = 0; r < rows; r++) {
      blocks.times(joined, normed, r * joined, gain, 0, gained, r * joined);
    }
    product.multiply(
        outputs, joined, rows, dy, 1, outputs, gained, joined, 1, dWeight, joined, false);
    product.multiply(
        rows, joined, outputs, dy, outputs, 1, weight, joined, 1, reads, joined, false);
    Arrays.fill(dGain, 0);
    for (int r = 0; r < rows; r++) {
      blocks.addTimes(joined, reads, r * joined, normed, r * joined, dGain, 0);
      blocks.times(joined, reads, r * joined, gain, 0, reads, r * joined);
      for (int h = 0; h < heads; h++) {
        int at = r * joined + h * size;
        float rate = rates[r * heads + h];
        float dot = blocks.dot(size, reads, at, normed, at) / size;
        for (int i = at; i < at + size; i++) {
          reads[i] = rate * (reads[i] - normed[i] * dot);
        }
      }
    }
  }
}
