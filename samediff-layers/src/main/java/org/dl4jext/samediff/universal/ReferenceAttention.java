package org.dl4jext.samediff.universal;

import java.util.Arrays;

/**
 * Attention with heads over some keys, forward and backward.
 *
 * <pre>
 *   q = y Wq / sqrt(d), k = m Wk, v = m Wv;  out = concat over heads of softmax(q k' + bias) v, Wo
 * </pre>
 *
 * <p>m is y itself, or a memory. Self-attention may start with keys and values of earlier
 * positions.
 */
final class ReferenceAttention implements ReferenceBranch {

  /** Added for a key that a query must not see. */
  static final double HIDDEN = -1e9;

  private final ReferenceParameters parameters;
  private final String prefix;
  private final int heads;
  private final double[][] memory;
  private final double[][][] earlier;
  private final double[][] bias;
  private final double[][][] drop;
  private double[][] y;
  private double[][] q;
  private double[][] context;
  private double[][][] weights;
  double[][] keys;
  double[][] values;
  double[][] keyGradients;
  double[][] valueGradients;
  double[][] memoryGradient;

  /**
   * The attention of one step.
   *
   * @param prefix of the names of its parameters, W or M
   * @param memory rows that are attended to; null for the queries' own
   * @param earlier keys and values before the own ones
   * @param bias of each query for each key, the earlier ones first
   * @param drop factors of the weights of each head
   */
  ReferenceAttention(
      ReferenceParameters parameters,
      String prefix,
      int heads,
      double[][] memory,
      double[][][] earlier,
      double[][] bias,
      double[][][] drop) {
    this.parameters = parameters;
    this.prefix = prefix;
    this.heads = heads;
    this.memory = memory;
    this.earlier = earlier;
    this.bias = bias;
    this.drop = drop;
  }

  @Override
  public double[][] forward(double[][] input) {
    y = input;
    double[][] m = memory == null ? y : memory;
    q = ReferenceMatrix.product(y, parameters.matrix(prefix + "q"));
    keys =
        ReferenceMatrix.stacked(
            earlier[0], ReferenceMatrix.product(m, parameters.matrix(prefix + "k")));
    values =
        ReferenceMatrix.stacked(
            earlier[1], ReferenceMatrix.product(m, parameters.matrix(prefix + "v")));
    int size = parameters.matrix(prefix + "o").length;
    context = new double[y.length][size];
    weights = new double[heads][][];
    for (int h = 0; h < heads; h++) {
      head(h, size / heads);
    }
    return ReferenceMatrix.product(context, parameters.matrix(prefix + "o"));
  }

  private void head(int h, int d) {
    double[][] scores =
        ReferenceMatrix.timesTransposed(
            ReferenceMatrix.columns(q, h * d, d), ReferenceMatrix.columns(keys, h * d, d));
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores[i].length; j++) {
        scores[i][j] = scores[i][j] / Math.sqrt(d) + bias[i][j];
      }
      double max = Arrays.stream(scores[i]).max().orElse(0);
      double sum = Arrays.stream(scores[i]).map(s -> Math.exp(s - max)).sum();
      for (int j = 0; j < scores[i].length; j++) {
        scores[i][j] = Math.exp(scores[i][j] - max) / sum;
        for (int c = h * d; c < (h + 1) * d; c++) {
          context[i][c] += scores[i][j] * drop[h][i][j] * values[j][c];
        }
      }
    }
    weights[h] = scores;
  }

  /** Sets the gradients of keys and values that come from elsewhere, before {@link #backward}. */
  void beginBackward(double[][] ofKeys, double[][] ofValues) {
    keyGradients = ofKeys;
    valueGradients = ofValues;
  }

  @Override
  public double[][] backward(double[][] out) {
    ReferenceMatrix.addTransposedTimes(context, out, parameters.gradient(prefix + "o"));
    double[][] dContext = ReferenceMatrix.timesTransposed(out, parameters.matrix(prefix + "o"));
    double[][] dq = new double[q.length][dContext.length == 0 ? 0 : dContext[0].length];
    for (int h = 0; h < heads && dq.length > 0; h++) {
      headBackward(h, dq[0].length / heads, dContext, dq);
    }
    int first = earlier[0].length;
    double[][] dk = Arrays.copyOfRange(keyGradients, first, keys.length);
    double[][] dv = Arrays.copyOfRange(valueGradients, first, keys.length);
    double[][] m = memory == null ? y : memory;
    double[][] dm = ReferenceMatrix.sum(linear(m, dk, prefix + "k"), linear(m, dv, prefix + "v"));
    double[][] dy = linear(y, dq, prefix + "q");
    memoryGradient = dm;
    return memory == null ? ReferenceMatrix.sum(dy, dm) : dy;
  }

  private double[][] linear(double[][] x, double[][] dy, String weight) {
    ReferenceMatrix.addTransposedTimes(x, dy, parameters.gradient(weight));
    return ReferenceMatrix.timesTransposed(dy, parameters.matrix(weight));
  }

  private void headBackward(int h, int d, double[][] dContext, double[][] dq) {
    double[][] w = weights[h];
    for (int i = 0; i < w.length; i++) {
      double[] dw = new double[keys.length];
      double dot = 0;
      for (int j = 0; j < dw.length; j++) {
        for (int c = h * d; c < (h + 1) * d; c++) {
          dw[j] += dContext[i][c] * values[j][c] * drop[h][i][j];
          valueGradients[j][c] += w[i][j] * drop[h][i][j] * dContext[i][c];
        }
        dot += dw[j] * w[i][j];
      }
      for (int j = 0; j < dw.length; j++) {
        double ds = w[i][j] * (dw[j] - dot) / Math.sqrt(d);
        for (int c = h * d; c < (h + 1) * d; c++) {
          dq[i][c] += ds * keys[j][c];
          keyGradients[j][c] += ds * q[i][c];
        }
      }
    }
  }
}
