package org.dl4jext.samediff.delta;

/**
 * What one value head of one example reads: q [T][K], k [T*n][K], v [T*n][V], beta [T*n], g [T]
 * (zero without a gate) and the state [K][V] before the first token. The gradients have the same
 * form.
 */
final class DeltaHead {

  final double[][] q;
  final double[][] k;
  final double[][] v;
  final double[] beta;
  final double[] g;
  final double[][] state;

  DeltaHead(double[][] q, double[][] k, double[][] v, double[] beta, double[] g, double[][] state) {
    this.q = q;
    this.k = k;
    this.v = v;
    this.beta = beta;
    this.g = g;
    this.state = state;
  }

  /** Zeros of the same sizes. */
  DeltaHead zeros() {
    int keySize = state.length;
    int valueSize = state[0].length;
    return new DeltaHead(
        new double[q.length][keySize],
        new double[k.length][keySize],
        new double[v.length][valueSize],
        new double[beta.length],
        new double[q.length],
        new double[keySize][valueSize]);
  }
}
