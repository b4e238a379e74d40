package org.dl4jext.samediff.qkan;

/** How the final state of a circuit becomes a number in [-1,1]. */
public enum QkanMeasure {
  /** The expectation of Z: |alpha|^2 - |beta|^2. Smooth everywhere. */
  EXPECTATION,
  /**
   * |alpha| - |beta| = sqrt((1+Z)/2) - sqrt((1-Z)/2), not an expectation value. Its slope by Z is
   * taken as if (1+Z)/2 and (1-Z)/2 were at least 1e-9, so gradients at the poles are finite.
   */
  FAST;

  /** Least sqrt(1-Z^2) in the slope of {@link #FAST}: 2 sqrt(p(1-p)) for p = 1e-9. */
  static final double LEAST_SINE = 2 * Math.sqrt(1e-9 * (1 - 1e-9));
}
