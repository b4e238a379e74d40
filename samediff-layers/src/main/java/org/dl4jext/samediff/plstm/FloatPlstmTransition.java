package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Transitions: tanh(f e), or exp(P - P') diag(tanh(f e)) exp(N - N') where matrices are larger than
 * 1, with a truncated series for exp.
 */
final class FloatPlstmTransition {

  private final FloatPlstmProjection projection;
  private final String eigenvalues;
  private final String inRotation;
  private final String outRotation;
  private final int groups;
  private final int size;
  private final int square;
  private final float factor;
  private final int order;

  /** Partial sums of both series [order,size,size], Horner's way, the whole first. */
  private final float[] in;

  private final float[] out;
  private final float[] skew;
  private final float[] work;
  private final float[] dIn;
  private final float[] dOut;

  /** T [rows,groups,size,size]. */
  float[] values;

  float[] gradients;

  FloatPlstmTransition(
      FloatPlstmProjection projection,
      String suffix,
      int groups,
      int size,
      double factor,
      int order) {
    this.projection = projection;
    this.eigenvalues = "eigenvalues" + suffix;
    this.inRotation = "inRotation" + suffix;
    this.outRotation = "outRotation" + suffix;
    this.groups = groups;
    this.size = size;
    this.square = size * size;
    this.factor = FloatMath.of(factor);
    this.order = order;
    int series = size == 1 ? 0 : order * square;
    in = new float[series];
    out = new float[series];
    skew = new float[square];
    work = new float[square];
    dIn = new float[square];
    dOut = new float[square];
  }

  private int width() {
    return groups * square;
  }

  FloatPlstmField field(int row, int group) {
    return new FloatPlstmField(values, row * width() + group * square, width());
  }

  FloatPlstmField gradient(int row, int group) {
    return new FloatPlstmField(gradients, row * width() + group * square, width());
  }

  void clear(int row) {
    Arrays.fill(values, row * width(), (row + 1) * width(), 0);
  }

  void clearGradients(int rows) {
    gradients = FloatHostArrays.ensure(gradients, (long) rows * width());
    Arrays.fill(gradients, 0, rows * width(), 0);
  }

  /** Computes T and leaves tanh(f e) in the columns of the eigenvalues. */
  void forward(int rows) {
    values = FloatHostArrays.ensure(values, (long) rows * width());
    float[] p = projection.columns;
    for (int r = 0; r < rows; r++) {
      int e = r * projection.width() + projection.column(eigenvalues);
      for (int i = 0; i < groups * size; i++) {
        p[e + i] = 2 * FloatMath.sigmoid(2 * factor * p[e + i]) - 1; // tanh
      }
      if (size == 1) {
        System.arraycopy(p, e, values, r * groups, groups);
        continue;
      }
      for (int g = 0; g < groups; g++) {
        rotations(r, g);
        for (int i = 0; i < size; i++) {
          for (int j = 0; j < size; j++) {
            float sum = 0;
            for (int k = 0; k < size; k++) {
              sum += out[i * size + k] * p[e + g * size + k] * in[k * size + j];
            }
            values[r * width() + g * square + i * size + j] = sum;
          }
        }
      }
    }
  }

  private void rotations(int row, int group) {
    int base = row * projection.width() + group * square;
    series(base + projection.column(inRotation), in);
    series(base + projection.column(outRotation), out);
  }

  private void skew(int at) {
    float[] p = projection.columns;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        skew[i * size + j] = p[at + i * size + j] - p[at + j * size + i];
      }
    }
  }

  /** h_(order-1) = I, h_(k-1) = I + A h_k / k. */
  private void series(int at, float[] h) {
    skew(at);
    int last = (order - 1) * square;
    Arrays.fill(h, last, last + square, 0);
    for (int i = 0; i < size; i++) {
      h[last + i * size + i] = 1;
    }
    for (int k = order - 1; k >= 1; k--) {
      int to = (k - 1) * square;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          float sum = 0;
          for (int l = 0; l < size; l++) {
            sum += skew[i * size + l] * h[k * square + l * size + j];
          }
          h[to + i * size + j] = (i == j ? 1 : 0) + sum / k;
        }
      }
    }
  }

  /** Gradients of T become those of the affine maps. */
  void backward(int rows) {
    float[] p = projection.columns;
    float[] dp = projection.gradients;
    for (int r = 0; r < rows; r++) {
      int e = r * projection.width() + projection.column(eigenvalues);
      if (size == 1) {
        for (int g = 0; g < groups; g++) {
          dp[e + g] = gradients[r * groups + g] * factor * (1 - p[e + g] * p[e + g]);
        }
        continue;
      }
      for (int g = 0; g < groups; g++) {
        backward(r, g, e + g * size);
      }
    }
  }

  private void backward(int row, int group, int e) {
    float[] p = projection.columns;
    float[] dp = projection.gradients;
    rotations(row, group);
    int t = row * width() + group * square;
    Arrays.fill(dIn, 0);
    Arrays.fill(dOut, 0);
    for (int k = 0; k < size; k++) {
      float dValue = 0;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          float g = gradients[t + i * size + j];
          dValue += g * out[i * size + k] * in[k * size + j];
          dOut[i * size + k] += g * p[e + k] * in[k * size + j];
          dIn[k * size + j] += g * p[e + k] * out[i * size + k];
        }
      }
      dp[e + k] = dValue * factor * (1 - p[e + k] * p[e + k]);
    }
    int base = row * projection.width() + group * square;
    seriesBackward(base + projection.column(inRotation), in, dIn);
    seriesBackward(base + projection.column(outRotation), out, dOut);
  }

  /** Takes the gradient of the whole series, which is overwritten, to that of its argument. */
  private void seriesBackward(int at, float[] h, float[] dh) {
    skew(at);
    float[] dp = projection.gradients;
    for (int k = 1; k < order; k++) {
      for (int i = 0; i < size; i++) {
        for (int l = 0; l < size; l++) {
          float sum = 0;
          for (int j = 0; j < size; j++) {
            sum += dh[i * size + j] * h[k * square + l * size + j];
          }
          dp[at + i * size + l] += sum / k;
          dp[at + l * size + i] -= sum / k;
        }
      }
      Arrays.fill(work, 0);
      for (int i = 0; i < size; i++) {
        for (int l = 0; l < size; l++) {
          for (int j = 0; j < size; j++) {
            work[l * size + j] += skew[i * size + l] * dh[i * size + j] / k;
          }
        }
      }
      System.arraycopy(work, 0, dh, 0, square);
    }
  }
}
