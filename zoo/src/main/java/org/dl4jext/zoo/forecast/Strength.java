package org.dl4jext.zoo.forecast;

/**
 * How strongly training is regularised: fully for a few hundred rows, and less the more there are.
 *
 * @param keep share of the inputs of a recurrent layer that dropout keeps
 * @param noise deviation of the noise on the standardised inputs
 * @param resize deviation of the logarithm of the factor that a window is multiplied by
 */
record Strength(double keep, double noise, double resize) {

  private static final double FULL_ROWS = 400;

  static Strength of(int rows) {
    double share = Math.min(1, FULL_ROWS / rows);
    return new Strength(1 - 0.3 * share, 0.2 * share, 0.4 * share);
  }
}
