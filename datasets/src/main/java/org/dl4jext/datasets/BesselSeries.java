package org.dl4jext.datasets;

import org.apache.commons.math3.special.BesselJ;

/**
 * Values of a Bessel function of the first kind on equally spaced points.
 *
 * <p>The benchmark of the quantum-inspired LSTMs takes J2 at 256 points from 2 to 100.
 *
 * @param order n, at least 0
 * @param from first point, within +-10000
 * @param to last point, within +-10000
 * @param samples number of points, both ends included; at least 2
 */
public record BesselSeries(int order, double from, double to, int samples) {

  private static final double LARGEST = 1e4;

  public BesselSeries {
    if (order < 0 || order > 1000) {
      throw new IllegalArgumentException(
          "BesselSeries: order is " + order + "; allowed: 0 to 1000");
    }
    if (!(Math.abs(from) <= LARGEST) || !(Math.abs(to) <= LARGEST) || !(from < to)) {
      throw new IllegalArgumentException(
          "BesselSeries: from and to are "
              + from
              + " and "
              + to
              + "; allowed: ascending, within +-1e4");
    }
    if (samples < 2) {
      throw new IllegalArgumentException(
          "BesselSeries: samples is " + samples + "; allowed: 2 and more");
    }
  }

  /** The series of the benchmark. */
  public static BesselSeries benchmark() {
    return new BesselSeries(2, 2, 100, 256);
  }

  /** The values. */
  public double[] values() {
    double[] values = new double[samples];
    for (int i = 0; i < samples; i++) {
      values[i] = value(order, from + (to - from) * i / (samples - 1));
    }
    return values;
  }

  /** J_n(x) for an integer n. */
  static double value(int order, double x) {
    double value = BesselJ.value(order, Math.abs(x));
    return x < 0 && order % 2 == 1 ? -value : value;
  }
}
