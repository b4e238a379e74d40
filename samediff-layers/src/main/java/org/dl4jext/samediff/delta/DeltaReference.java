package org.dl4jext.samediff.delta;

import java.util.Arrays;

/**
 * The gated delta product of one head as plain loops in double precision: the definition that every
 * faster form is tested against.
 *
 * <pre>
 *   S   = exp(g_t) S                          once for each token
 *   e_s = v_s - S' k_s;  S = S + beta_s k_s e_s'    s = t n .. t n + n - 1
 *   o_t = scale S' q_t
 * </pre>
 *
 * with q and k normalised. The backward pass is the same loop in reverse order.
 */
final class DeltaReference {

  private DeltaReference() {}

  /**
   * The states of one pass: states[t][j] enters micro-step j of token t, states[t][n] leaves it.
   */
  static double[][][][] states(DeltaRuleSpec spec, DeltaHead in) {
    int n = spec.householders();
    double[][][][] states = new double[in.q.length][n + 1][][];
    double[][] s = in.state;
    for (int t = 0; t < in.q.length; t++) {
      s = times(decay(in, t), s);
      for (int j = 0; j < n; j++) {
        int i = t * n + j;
        states[t][j] = s;
        double[] k = normalise(spec, in.k[i]);
        s = plus(s, in.beta[i], k, minus(in.v[i], read(s, k)));
      }
      states[t][n] = s;
    }
    return states;
  }

  /** Reads o [T][V]. */
  static double[][] reads(DeltaRuleSpec spec, DeltaHead in, double[][][][] states) {
    double[][] o = new double[in.q.length][];
    for (int t = 0; t < o.length; t++) {
      o[t] = times(spec.scale(), read(last(states, t), normalise(spec, in.q[t])));
    }
    return o;
  }

  /** The state after the last token. */
  static double[][] finalState(DeltaHead in, double[][][][] states) {
    return states.length == 0 ? in.state : last(states, states.length - 1);
  }

  /** Gradients of {@code <o, dO> + <final state, dFinal>} by everything that the head reads. */
  static DeltaHead backward(
      DeltaRuleSpec spec, DeltaHead in, double[][][][] states, double[][] dO, double[][] dFinal) {
    int n = spec.householders();
    DeltaHead d = in.zeros();
    double[][] dS = dFinal;
    for (int t = in.q.length - 1; t >= 0; t--) {
      double[] q = normalise(spec, in.q[t]);
      double[] dq = times(spec.scale(), multiply(last(states, t), dO[t]));
      d.q[t] = normaliseBackward(spec, in.q[t], dq);
      dS = plus(dS, spec.scale(), q, dO[t]);
      for (int j = n - 1; j >= 0; j--) {
        int i = t * n + j;
        double[][] s = states[t][j];
        double[] k = normalise(spec, in.k[i]);
        double[] e = minus(in.v[i], read(s, k));
        double[] w = read(dS, k);
        d.beta[i] = dot(w, e);
        d.v[i] = times(in.beta[i], w);
        double[] dk = minus(times(in.beta[i], multiply(dS, e)), multiply(s, d.v[i]));
        d.k[i] = normaliseBackward(spec, in.k[i], dk);
        dS = plus(dS, -1, k, d.v[i]);
      }
      for (int i = 0; i < dS.length; i++) {
        d.g[t] += dot(states[t][0][i], dS[i]);
      }
      dS = times(decay(in, t), dS);
    }
    for (int i = 0; i < dS.length; i++) {
      d.state[i] = dS[i];
    }
    return d;
  }

  private static double[][] last(double[][][][] states, int t) {
    return states[t][states[t].length - 1];
  }

  private static double decay(DeltaHead in, int t) {
    return Math.exp(in.g[t]);
  }

  private static double divisor(DeltaRuleSpec spec, double[] x) {
    return switch (spec.queryKeyNorm()) {
      case L2 -> Math.sqrt(dot(x, x) + spec.queryKeyNormEps());
      case SUM -> Arrays.stream(x).sum();
      case NONE -> 1;
    };
  }

  private static double[] normalise(DeltaRuleSpec spec, double[] x) {
    return times(1 / divisor(spec, x), x);
  }

  private static double[] normaliseBackward(DeltaRuleSpec spec, double[] x, double[] dy) {
    double r = 1 / divisor(spec, x);
    double[] y = times(r, x);
    double along = dot(dy, y);
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double projection =
          switch (spec.queryKeyNorm()) {
            case L2 -> along * y[i];
            case SUM -> along;
            case NONE -> 0;
          };
      dx[i] = r * (dy[i] - projection);
    }
    return dx;
  }

  /** S'k. */
  private static double[] read(double[][] s, double[] k) {
    double[] r = new double[s[0].length];
    for (int i = 0; i < k.length; i++) {
      for (int j = 0; j < r.length; j++) {
        r[j] += s[i][j] * k[i];
      }
    }
    return r;
  }

  /** S v. */
  private static double[] multiply(double[][] s, double[] v) {
    double[] r = new double[s.length];
    for (int i = 0; i < r.length; i++) {
      r[i] = dot(s[i], v);
    }
    return r;
  }

  /** S + factor k e'. */
  private static double[][] plus(double[][] s, double factor, double[] k, double[] e) {
    double[][] r = new double[k.length][e.length];
    for (int i = 0; i < k.length; i++) {
      for (int j = 0; j < e.length; j++) {
        r[i][j] = s[i][j] + factor * k[i] * e[j];
      }
    }
    return r;
  }

  private static double[][] times(double factor, double[][] s) {
    double[][] r = new double[s.length][];
    for (int i = 0; i < s.length; i++) {
      r[i] = times(factor, s[i]);
    }
    return r;
  }

  private static double[] times(double factor, double[] x) {
    double[] r = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      r[i] = factor * x[i];
    }
    return r;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] r = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      r[i] = a[i] - b[i];
    }
    return r;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
