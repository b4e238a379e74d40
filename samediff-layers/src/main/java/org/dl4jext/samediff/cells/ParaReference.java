package org.dl4jext.samediff.cells;

import java.util.Arrays;

/**
 * One element of one example of a cell with diagonal recurrence, over all steps, in double
 * precision.
 *
 * <p>Arrays are [T][gates] or [T][states].
 */
final class ParaReference {

  private final ParaStep step;
  private final int states;
  private final double[] w;

  /**
   * @param w A of the three gates, then C of the peepholes
   */
  ParaReference(ParaKind kind, double[] w) {
    this.step = ParaStep.of(kind);
    this.states = kind.states().size();
    this.w = w;
  }

  /** One step after the other. */
  double[][] sequential(double[][] p, double[] initial) {
    double[][] h = new double[p.length][];
    for (int t = 0; t < p.length; t++) {
      h[t] = step.forward(p[t], w, before(h, t, initial));
    }
    return h;
  }

  private static double[] before(double[][] h, int t, double[] initial) {
    return t == 0 ? initial : h[t - 1];
  }

  /** Newton iterations from the guess f(0, x). */
  double[][] newton(double[][] p, double[] initial, int iterations) {
    double[][] h = new double[p.length][];
    for (int t = 0; t < p.length; t++) {
      h[t] = step.forward(p[t], w, new double[states]);
    }
    for (int i = 0; i < iterations; i++) {
      double[][] d = new double[p.length][];
      for (int t = 0; t < p.length; t++) {
        double[] before = before(h, t, initial);
        d[t] = step.forward(p[t], w, before);
        for (int s = 0; s < states; s++) {
          d[t][s] -= h[t][s];
        }
        if (t > 0) {
          double[][] j = step.jacobian(p[t], w, before, h[t]);
          for (int s = 0; s < states; s++) {
            for (int u = 0; u < states; u++) {
              d[t][s] += j[s][u] * d[t - 1][u];
            }
          }
        }
      }
      double[][] next = new double[p.length][states];
      for (int t = 0; t < p.length; t++) {
        for (int s = 0; s < states; s++) {
          next[t][s] = h[t][s] + d[t][s];
        }
      }
      h = next;
    }
    return h;
  }

  /** max |h - f(h before, x)|; NaN if there is one. */
  double residual(double[][] p, double[][] h, double[] initial) {
    double largest = 0;
    for (int t = 0; t < p.length; t++) {
      double[] f = step.forward(p[t], w, before(h, t, initial));
      for (int s = 0; s < states; s++) {
        largest = Math.max(largest, Math.abs(h[t][s] - f[s]));
      }
    }
    return largest;
  }

  /**
   * Differentiates: dh_t += J_{t+1}' dh_{t+1}, from the last step to the first.
   *
   * @param dh gradients of the states after each step; overwritten
   * @param dLast gradient of the states after the last step; overwritten by that of the initial
   * @param dw added to
   * @return gradients of p
   */
  double[][] backward(
      double[][] p, double[][] h, double[] initial, double[][] dh, double[] dLast, double[] dw) {
    double[][] dp = new double[p.length][ParaKind.GATES];
    for (int t = p.length - 1; t >= 0; t--) {
      for (int s = 0; s < states; s++) {
        dh[t][s] += dLast[s];
      }
      double[] before = before(h, t, initial);
      step.backward(p[t], w, before, dh[t], dp[t], dw);
      double[][] j = step.jacobian(p[t], w, before, step.forward(p[t], w, before));
      Arrays.fill(dLast, 0);
      for (int s = 0; s < states; s++) {
        for (int u = 0; u < states; u++) {
          dLast[u] += j[s][u] * dh[t][s];
        }
      }
    }
    return dp;
  }
}
