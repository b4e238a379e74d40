package org.dl4jext.samediff.memory;

import org.apache.commons.math3.special.Erf;

/** The exact Gaussian error linear unit {@code z Phi(z)} and its derivatives. */
final class Gelu {

  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double PEAK = 1 / Math.sqrt(2 * Math.PI);

  private Gelu() {}

  static double value(double z) {
    return z * cumulative(z);
  }

  static double slope(double z) {
    return cumulative(z) + z * density(z);
  }

  /** The second derivative. */
  static double curvature(double z) {
    return (2 - z * z) * density(z);
  }

  private static double cumulative(double z) {
    return 0.5 * Erf.erfc(-z * SQRT_HALF);
  }

  private static double density(double z) {
    return PEAK * Math.exp(-0.5 * z * z);
  }
}
