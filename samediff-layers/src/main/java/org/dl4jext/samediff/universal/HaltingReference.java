package org.dl4jext.samediff.universal;

import java.util.Arrays;

/**
 * Adaptive computation time over some positions in double precision, forward and backward.
 *
 * <pre>
 *   run: not halted;  over = run and c + p > 1 - epsilon (or the last step, where forced)
 *   w = over ? 1 - c : p;  R += over ? 1 - c : 0;  c += w;  updates += run
 * </pre>
 *
 * <p>The numbers of steps are constants of the backward pass: the probability of the halting step
 * has no gradient, and each earlier one is -1 in the remainder.
 */
final class HaltingReference {

  private static final int NEVER = Integer.MAX_VALUE;

  final double[] running;
  final double[] remainders;
  final double[] updates;
  private final HaltingSpec spec;
  private final double[] total;
  private final boolean[] started;
  private final int[] haltedAt;
  private double[] restGradient;

  /**
   * Before the first step.
   *
   * @param running 1 for each position that ponders, 0 for others; copied
   */
  HaltingReference(HaltingSpec spec, double[] running) {
    this.spec = spec;
    this.running = running.clone();
    int size = running.length;
    total = new double[size];
    remainders = new double[size];
    updates = new double[size];
    haltedAt = new int[size];
    started = new boolean[size];
    for (int i = 0; i < size; i++) {
      started[i] = running[i] != 0;
    }
    Arrays.fill(haltedAt, NEVER);
    restGradient = new double[size];
  }

  /** The update weights of a step. */
  double[] weights(double[] p, int step) {
    double[] w = new double[p.length];
    boolean last = spec.forceRemainder() && step == spec.maxSteps() - 1;
    for (int i = 0; i < w.length; i++) {
      if (running[i] == 0) {
        continue;
      }
      updates[i]++;
      if (last || total[i] + p[i] > 1 - spec.epsilon()) {
        w[i] = 1 - total[i];
        remainders[i] += w[i];
        running[i] = 0;
        haltedAt[i] = step;
      } else {
        w[i] = p[i];
      }
      total[i] += w[i];
    }
    return w;
  }

  /**
   * Begins the backward pass.
   *
   * @param remainderGradients of the remainders
   */
  void beginBackward(double[] remainderGradients) {
    restGradient = remainderGradients.clone();
  }

  /**
   * Gradients of the probabilities of a step; the steps come in reverse order.
   *
   * @param dw of the update weights of the step
   */
  double[] backward(double[] dw, int step) {
    double[] dp = new double[dw.length];
    for (int i = 0; i < dp.length; i++) {
      if (!started[i] || step > haltedAt[i]) {
        continue;
      }
      if (step == haltedAt[i]) {
        restGradient[i] += dw[i];
      } else {
        dp[i] = dw[i] - (haltedAt[i] == NEVER ? 0 : restGradient[i]);
      }
    }
    return dp;
  }

  /** The output after a step with weight w, in place. */
  static void combine(ActType actType, double w, double[] state, double[] out) {
    double kept = actType == ActType.BASIC ? 1 - w : 1;
    for (int j = 0; j < out.length; j++) {
      out[j] = out[j] * kept + w * state[j];
    }
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
