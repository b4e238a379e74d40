package org.dl4jext.samediff.cells;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exponential functions of vectors in both precisions, built from multiplication and addition only:
 * every lane gives the same bits in compiled and in interpreted code, which the JDK's own do not.
 *
 * <p>exp(x) = 2^n exp(r) with x = n ln 2 + r, |r| at most ln 2 / 2, and a polynomial for exp(r) -
 * 1. Adding 1.5 * 2^23 (2^52) rounds to an integer whose bits then stand at the low end. Errors are
 * below 3 ulp.
 */
final class VectorMath {

  private static final float FLOAT_ROUND = 12582912f;
  private static final float FLOAT_LOG2_E = 1.442695041f;
  private static final float FLOAT_LN2_HIGH = 0.693359375f;
  private static final float FLOAT_LN2_LOW = -2.12194440e-4f;
  private static final float FLOAT_LIMIT = 87;
  private static final float FLOAT_TANH_LIMIT = 20;

  private static final double DOUBLE_ROUND = 6755399441055744.0;
  private static final double DOUBLE_LOG2_E = 1.4426950408889634;
  private static final double DOUBLE_LN2_HIGH = 6.93145751953125e-1;
  private static final double DOUBLE_LN2_LOW = 1.42860682030941723212e-6;
  private static final double DOUBLE_LIMIT = 708;
  private static final double DOUBLE_TANH_LIMIT = 40;

  /** 1/13!, 1/12! .. 1/2!. */
  private static final double[] DOUBLE_SERIES = series();

  /** 1, 1/3 .. 1/31. */
  private static final double[] ODD_INVERSES = oddInverses();

  private static final int FLOAT_ODD = 7;

  private VectorMath() {}

  private static double[] oddInverses() {
    double[] inverses = new double[16];
    for (int k = 0; k < inverses.length; k++) {
      inverses[k] = 1 / (2 * k + 1.0);
    }
    return inverses;
  }

  private static double[] series() {
    double[] series = new double[12];
    double factorial = 1;
    for (int k = 2; k <= 13; k++) {
      factorial *= k;
      series[13 - k] = 1 / factorial;
    }
    return series;
  }

  /** exp(r) - 1 for r = x - n ln 2. */
  private static FloatVector reducedExpm1(FloatVector x, FloatVector n) {
    FloatVector r = n.fma(broadcast(-FLOAT_LN2_LOW), n.fma(broadcast(-FLOAT_LN2_HIGH), x));
    FloatVector p = broadcast(1.9875691500e-4f);
    p = p.fma(r, broadcast(1.3981999507e-3f));
    p = p.fma(r, broadcast(8.3334519073e-3f));
    p = p.fma(r, broadcast(4.1665795894e-2f));
    p = p.fma(r, broadcast(1.6666665459e-1f));
    p = p.fma(r, broadcast(5.0000001201e-1f));
    return p.mul(r).fma(r, r);
  }

  private static FloatVector broadcast(float x) {
    return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x);
  }

  private static DoubleVector broadcast(double x) {
    return DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, x);
  }

  private static FloatVector rounded(FloatVector x) {
    return x.fma(broadcast(FLOAT_LOG2_E), broadcast(FLOAT_ROUND));
  }

  /** 2^n for the n that {@link #rounded} holds. */
  private static FloatVector power(FloatVector rounded) {
    return rounded
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, 23)
        .add(127 << 23)
        .reinterpretAsFloats();
  }

  /** exp(x); below -87 it is that of -87, above 87 that of 87. */
  static FloatVector exp(FloatVector x) {
    FloatVector held = x.max(-FLOAT_LIMIT).min(FLOAT_LIMIT);
    FloatVector rounded = rounded(held);
    FloatVector power = power(rounded);
    return reducedExpm1(held, rounded.sub(FLOAT_ROUND)).fma(power, power);
  }

  /** 1 / (1 + exp(-x)). */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector one = broadcast(1f);
    return one.div(exp(x.neg()).add(one));
  }

  /** Hyperbolic tangent, exact to some ulp near 0 as well. */
  static FloatVector tanh(FloatVector x) {
    FloatVector held = x.add(x).max(-FLOAT_TANH_LIMIT).min(FLOAT_TANH_LIMIT);
    FloatVector rounded = rounded(held);
    FloatVector power = power(rounded);
    FloatVector q = reducedExpm1(held, rounded.sub(FLOAT_ROUND));
    FloatVector expm1 = q.fma(power, power.sub(1));
    return expm1.div(expm1.add(2));
  }

  private static DoubleVector reducedExpm1(DoubleVector x, DoubleVector n) {
    DoubleVector r = n.fma(broadcast(-DOUBLE_LN2_LOW), n.fma(broadcast(-DOUBLE_LN2_HIGH), x));
    DoubleVector p = broadcast(DOUBLE_SERIES[0]);
    for (int i = 1; i < DOUBLE_SERIES.length; i++) {
      p = p.fma(r, broadcast(DOUBLE_SERIES[i]));
    }
    return p.mul(r).fma(r, r);
  }

  private static DoubleVector rounded(DoubleVector x) {
    return x.fma(broadcast(DOUBLE_LOG2_E), broadcast(DOUBLE_ROUND));
  }

  private static DoubleVector power(DoubleVector rounded) {
    return rounded
        .reinterpretAsLongs()
        .lanewise(VectorOperators.LSHL, 52)
        .add(1023L << 52)
        .reinterpretAsDoubles();
  }

  /** exp(x); below -708 it is that of -708, above 708 that of 708. */
  static DoubleVector exp(DoubleVector x) {
    DoubleVector held = x.max(-DOUBLE_LIMIT).min(DOUBLE_LIMIT);
    DoubleVector rounded = rounded(held);
    DoubleVector power = power(rounded);
    return reducedExpm1(held, rounded.sub(DOUBLE_ROUND)).fma(power, power);
  }

  /** 1 / (1 + exp(-x)). */
  static DoubleVector sigmoid(DoubleVector x) {
    DoubleVector one = broadcast(1.0);
    return one.div(exp(x.neg()).add(one));
  }

  /** Hyperbolic tangent, exact to some ulp near 0 as well. */
  static DoubleVector tanh(DoubleVector x) {
    DoubleVector held = x.add(x).max(-DOUBLE_TANH_LIMIT).min(DOUBLE_TANH_LIMIT);
    DoubleVector rounded = rounded(held);
    DoubleVector power = power(rounded);
    DoubleVector q = reducedExpm1(held, rounded.sub(DOUBLE_ROUND));
    DoubleVector expm1 = q.fma(power, power.sub(1));
    return expm1.div(expm1.add(2));
  }

  /**
   * log(1 + x) for x between 0 and 1, as 2 artanh(x / (2 + x)) by its series in u = x / (2 + x), at
   * most 1/3.
   */
  static FloatVector log1p(FloatVector x) {
    FloatVector u = x.div(x.add(2));
    FloatVector square = u.mul(u);
    FloatVector p = broadcast(1f / 15);
    for (int k = FLOAT_ODD - 1; k >= 0; k--) {
      p = p.fma(square, broadcast((float) ODD_INVERSES[k]));
    }
    return p.mul(u.add(u));
  }

  /** The double form of {@link #log1p(FloatVector)}. */
  static DoubleVector log1p(DoubleVector x) {
    DoubleVector u = x.div(x.add(2));
    DoubleVector square = u.mul(u);
    DoubleVector p = broadcast(1.0 / 33);
    for (int k = ODD_INVERSES.length - 1; k >= 0; k--) {
      p = p.fma(square, broadcast(ODD_INVERSES[k]));
    }
    return p.mul(u.add(u));
  }
}
