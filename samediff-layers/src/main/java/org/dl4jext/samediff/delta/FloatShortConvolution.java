package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * Causal depthwise convolution and activation of one segment of channels, on rows padded to whole
 * vectors: a_t = f(bias + sum over j of tap_j x_{t-W+1+j}). A width of 0 leaves only the
 * activation.
 */
public final class FloatShortConvolution {

  private final FloatBlocks blocks;
  private final int width;
  private final int row;
  private final float[] elu;

  /**
   * Makes the convolution of segments of one size.
   *
   * @param width W, number of taps
   * @param row distance of two rows of every matrix here
   */
  public FloatShortConvolution(FloatBlocks blocks, int width, int row) {
    this.blocks = blocks;
    this.width = width;
    this.row = row;
    elu = new float[row];
  }

  /**
   * The convolution without the activation.
   *
   * @param x rows t-W+1 .. t+tokens-1 (only t .. where W is 0)
   * @param taps [W,row], of which {@code tapsOffset} is the first
   * @param bias [row], or null
   * @param to receives {@code tokens} rows, {@code toStep} elements apart
   */
  public void convolve(
      int tokens,
      float[] x,
      float[] taps,
      int tapsOffset,
      float[] bias,
      int biasOffset,
      float[] to,
      int toOffset,
      int toStep) {
    for (int t = 0; t < tokens; t++) {
      int at = toOffset + t * toStep;
      if (width == 0) {
        System.arraycopy(x, t * row, to, at, row);
        continue;
      }
      blocks.times(row, x, t * row, taps, tapsOffset, to, at);
      for (int j = 1; j < width; j++) {
        blocks.addTimes(row, x, (t + j) * row, taps, tapsOffset + j * row, to, at);
      }
      if (bias != null) {
        blocks.addScaled(row, 1, bias, biasOffset, to, at);
      }
    }
  }

  /**
   * Gradients of the inputs and the taps.
   *
   * @param dc gradient of the convolution's output: rows t .. t+tokens-1, then the first W-1 rows
   *     after them
   * @param x as in {@link #convolve}
   * @param before whether the W-1 rows before t are wanted too; they come first in {@code dx}
   */
  public void gradient(
      int tokens,
      float[] dc,
      float[] x,
      float[] taps,
      int tapsOffset,
      boolean before,
      float[] dx,
      float[] dTaps,
      float[] dBias,
      int dBiasOffset) {
    if (width == 0) {
      System.arraycopy(dc, 0, dx, 0, tokens * row);
      return;
    }
    int rows = before ? tokens + width - 1 : tokens;
    int first = before ? 1 - width : 0;
    Arrays.fill(dx, 0, rows * row, 0);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        int t = first + i + width - 1 - j;
        if (t >= 0) {
          blocks.addTimes(row, dc, t * row, taps, tapsOffset + j * row, dx, i * row);
        }
      }
    }
    for (int t = 0; t < tokens; t++) {
      for (int j = 0; j < width; j++) {
        blocks.addTimes(row, dc, t * row, x, (t + j) * row, dTaps, tapsOffset + j * row);
      }
      if (dBias != null) {
        blocks.addScaled(row, 1, dc, t * row, dBias, dBiasOffset);
      }
    }
  }

  /** f(x) in place, on rows of {@code size} elements and zero padding. */
  void activate(Activation f, int rows, int size, float[] x, int offset, int step) {
    for (int i = 0; i < rows; i++) {
      int at = offset + i * step;
      switch (f) {
        case SILU -> blocks.silu(row, x, at, x, at);
        case RELU -> {
          for (int j = at; j < at + size; j++) {
            x[j] = Math.max(x[j], 0);
          }
        }
        case ELU_PLUS_ONE -> {
          blocks.exp(size, x, at, elu, 0);
          for (int j = 0; j < size; j++) {
            x[at + j] = x[at + j] > 0 ? x[at + j] + 1 : elu[j];
          }
        }
        case IDENTITY -> {}
      }
    }
  }

  /** d = d f'(x), on contiguous rows. */
  void slope(Activation f, int rows, int size, float[] x, float[] d) {
    switch (f) {
      case SILU -> blocks.siluGradient(rows * row, x, 0, d, 0);
      case RELU -> {
        for (int i = 0; i < rows * row; i++) {
          d[i] = x[i] > 0 ? d[i] : 0;
        }
      }
      case ELU_PLUS_ONE -> {
        for (int i = 0; i < rows; i++) {
          blocks.exp(size, x, i * row, elu, 0);
          for (int j = 0; j < size; j++) {
            d[i * row + j] *= x[i * row + j] > 0 ? 1 : elu[j];
          }
        }
      }
      case IDENTITY -> {}
    }
  }
}
