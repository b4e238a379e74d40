package org.dl4jext.samediff.universal;

import org.nd4j.linalg.factory.Nd4j;

/**
 * The dropout of one pass: each factor is a function of a seed and of its place, so that forward
 * and backward pass, and all executions, agree on it without keeping it.
 */
final class UniversalDropout {

  /** Drops nothing. */
  static final UniversalDropout NONE = new UniversalDropout(0, 0, 0, 0);

  /** Self-attention, attention to the memory, transition. */
  static final int SELF = 0;

  static final int MEMORY = 1;
  static final int TRANSITION = 2;

  private static final int RESIDUAL = 3;

  private final long seed;
  private final double attention;
  private final double transition;
  private final double residual;

  private UniversalDropout(long seed, double attention, double transition, double residual) {
    this.seed = seed;
    this.attention = attention;
    this.transition = transition;
    this.residual = residual;
  }

  /** A new sample for a training pass, from ND4J's generator; else none. */
  static UniversalDropout of(UniversalSpec spec, boolean training) {
    return training && spec.drops()
        ? new UniversalDropout(
            Nd4j.getRandom().nextLong(),
            spec.attentionDropout(),
            spec.transitionDropout(),
            spec.residualDropout())
        : NONE;
  }

  boolean dropsAttention() {
    return attention > 0;
  }

  boolean dropsTransition() {
    return transition > 0;
  }

  boolean dropsResidual() {
    return residual > 0;
  }

  /**
   * Factor of an attention weight.
   *
   * @param branch SELF or MEMORY
   * @param row of the query: example times steps plus step
   * @param key place among the keys of the example
   */
  double attention(int branch, int step, int head, int row, int key) {
    return factor(attention, branch + 4L * (step + 1024L * head), row, key);
  }

  /** Factor of a hidden value of the transition. */
  double transition(int step, int row, int column) {
    return factor(transition, TRANSITION + 4L * step, row, column);
  }

  /** Factor of what a branch adds. */
  double residual(int branch, int step, int row, int column) {
    return factor(residual, RESIDUAL + 4L * (step + 1024L * branch), row, column);
  }

  private double factor(double rate, long kind, int row, int column) {
    long z = mix(mix(seed + kind * 0x9E3779B97F4A7C15L) + (((long) row << 32) | column));
    return (z >>> 11) * 0x1p-53 < rate ? 0 : 1 / (1 - rate);
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
