package org.dl4jext.samediff.memory;

import java.util.Arrays;
import org.dl4jext.samediff.delta.FloatShortConvolution;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.MaskedRows;

/**
 * Keys as weighted sums of the projected keys of the last W valid steps, on packed rows; {@link
 * KeyMixingArray} is the slow form.
 */
final class FloatKeyMixing {

  private final int before;
  private final int channels;
  private final FloatShortConvolution convolution;

  /** For each example the rows before the pass, then its own. */
  private float[][] histories = new float[0][];

  private float[] d;
  private float[] dHistory;

  FloatKeyMixing(FloatBlocks blocks, int width, int channels) {
    before = width - 1;
    this.channels = channels;
    convolution = new FloatShortConvolution(blocks, width, channels);
  }

  /**
   * The keys of the real steps.
   *
   * @param z rows that hold the projected keys from a column on
   * @param taps [W,C]
   * @param window [N,W-1,C], the rows before; overwritten by the last ones
   * @param keys [rows,C], overwritten
   */
  void forward(
      MaskedRows rows,
      int examples,
      float[] z,
      int zRow,
      int column,
      float[] taps,
      float[] window,
      float[] keys) {
    if (histories.length < examples) {
      histories = Arrays.copyOf(histories, examples);
    }
    for (int n = 0; n < examples; n++) {
      int length = rows.length(n);
      histories[n] = FloatHostArrays.ensure(histories[n], (before + (long) length) * channels);
      float[] history = histories[n];
      System.arraycopy(window, n * before * channels, history, 0, before * channels);
      for (int t = 0; t < length; t++) {
        int from = (rows.start(n) + t) * zRow + column;
        System.arraycopy(z, from, history, (before + t) * channels, channels);
      }
      convolution.convolve(
          length, history, taps, 0, null, 0, keys, rows.start(n) * channels, channels);
      System.arraycopy(
          history, length * channels, window, n * before * channels, before * channels);
    }
  }

  /**
   * The gradients of the last forward pass.
   *
   * @param dKeys [rows,C]
   * @param dWindow gradient of the last rows; overwritten by that of the rows before
   * @param dTaps overwritten
   * @param dz receives the gradient of the projected keys, in their columns
   */
  void backward(
      MaskedRows rows,
      int examples,
      float[] dKeys,
      float[] taps,
      float[] dWindow,
      float[] dTaps,
      float[] dz,
      int zRow,
      int column) {
    Arrays.fill(dTaps, 0);
    for (int n = 0; n < examples; n++) {
      int length = rows.length(n);
      int size = (length + before) * channels;
      d = FloatHostArrays.ensure(d, size);
      dHistory = FloatHostArrays.ensure(dHistory, size);
      System.arraycopy(dKeys, rows.start(n) * channels, d, 0, length * channels);
      Arrays.fill(d, length * channels, size, 0);
      convolution.gradient(length, d, histories[n], taps, 0, true, dHistory, dTaps, null, 0);
      int past = n * before * channels;
      for (int i = 0; i < before * channels; i++) {
        dHistory[length * channels + i] += dWindow[past + i];
      }
      System.arraycopy(dHistory, 0, dWindow, past, before * channels);
      for (int t = 0; t < length; t++) {
        int to = (rows.start(n) + t) * zRow + column;
        System.arraycopy(dHistory, (before + t) * channels, dz, to, channels);
      }
    }
  }
}
