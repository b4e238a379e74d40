package org.dl4jext.samediff.universal;

/**
 * The fixed timing signal: {@code sin(p r_k)} in the first half of the channels, {@code cos(p r_k)}
 * in the second, {@code r_k = 10000^(-k / (D/2 - 1))}; a last channel of 0 where D is odd.
 */
final class SinusoidTiming {

  private SinusoidTiming() {}

  /** The row of one position. */
  static double[] row(int position, int width) {
    double[] row = new double[width];
    int half = width / 2;
    for (int k = 0; k < half; k++) {
      double angle = position * Math.exp(-Math.log(1e4) * k / Math.max(half - 1, 1));
      row[k] = Math.sin(angle);
      row[half + k] = Math.cos(angle);
    }
    return row;
  }
}
