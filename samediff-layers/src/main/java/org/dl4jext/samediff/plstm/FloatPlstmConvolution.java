package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.MaskedRows;

/** The causal convolution of each channel over the real steps, with the inputs before them. */
final class FloatPlstmConvolution {

  private final int channels;
  private final int taps;
  private final int lookback;
  private float[] history;
  private float[] historyGradient;

  FloatPlstmConvolution(int channels, int taps) {
    this.channels = channels;
    this.taps = taps;
    lookback = taps - 1;
  }

  private void gather(MaskedRows rows, int n, float[] x, float[] window) {
    int length = rows.length(n);
    int before = lookback * channels;
    history = FloatHostArrays.ensure(history, before + (long) length * channels);
    System.arraycopy(window, n * before, history, 0, before);
    System.arraycopy(x, rows.start(n) * channels, history, before, length * channels);
  }

  /**
   * z_t = b + sum over j of w_j x_(t - taps + 1 + j).
   *
   * @param window [N,taps-1,C]; overwritten by the last inputs
   * @param weight [C,taps]
   */
  void forward(
      MaskedRows rows,
      int examples,
      float[] x,
      float[] window,
      float[] weight,
      float[] bias,
      float[] z) {
    for (int n = 0; n < examples; n++) {
      gather(rows, n, x, window);
      int length = rows.length(n);
      for (int t = 0; t < length; t++) {
        int to = (rows.start(n) + t) * channels;
        for (int c = 0; c < channels; c++) {
          float sum = bias[c];
          for (int j = 0; j < taps; j++) {
            sum += weight[c * taps + j] * history[(t + j) * channels + c];
          }
          z[to + c] = sum;
        }
      }
      System.arraycopy(
          history, length * channels, window, n * lookback * channels, lookback * channels);
    }
  }

  /**
   * Backward.
   *
   * @param window the inputs before, as in the forward pass
   * @param dWindow the gradient of the last inputs; overwritten by that of the first
   * @param dx added to
   * @param dWeight overwritten
   * @param dBias overwritten
   */
  void backward(
      MaskedRows rows,
      int examples,
      float[] x,
      float[] window,
      float[] weight,
      float[] dz,
      float[] dWindow,
      float[] dx,
      float[] dWeight,
      float[] dBias) {
    Arrays.fill(dWeight, 0);
    Arrays.fill(dBias, 0);
    int before = lookback * channels;
    for (int n = 0; n < examples; n++) {
      gather(rows, n, x, window);
      int length = rows.length(n);
      historyGradient = FloatHostArrays.ensure(historyGradient, before + (long) length * channels);
      Arrays.fill(historyGradient, 0, before + length * channels, 0);
      System.arraycopy(dWindow, n * before, historyGradient, length * channels, before);
      for (int t = 0; t < length; t++) {
        int from = (rows.start(n) + t) * channels;
        for (int c = 0; c < channels; c++) {
          float g = dz[from + c];
          dBias[c] += g;
          for (int j = 0; j < taps; j++) {
            int at = (t + j) * channels + c;
            dWeight[c * taps + j] += g * history[at];
            historyGradient[at] += g * weight[c * taps + j];
          }
        }
      }
      System.arraycopy(historyGradient, 0, dWindow, n * before, before);
      int to = rows.start(n) * channels;
      for (int i = 0; i < length * channels; i++) {
        dx[to + i] += historyGradient[before + i];
      }
    }
  }
}
