package org.dl4jext.samediff.kernel;

import org.nd4j.linalg.api.buffer.DataType;

/** What differs between the double kernels and the float kernels that they are derived from. */
public final class DoubleMath {

  /** The ND4J type of the kernels' arrays. */
  public static final DataType TYPE = DataType.DOUBLE;

  /** Size of an element. */
  public static final int BYTES = 8;

  /** Fewest lanes for which the vector build is worth taking. */
  static final int MIN_LANES = 4;

  static final double LOG2_E = 1.4426950408889634;

  /** ln 2 in two parts, the first with so few bits that its products with integers are exact. */
  static final double LN2_HIGH = 0x1.62e42feep-1;

  static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Where exp leaves the range of normal numbers. */
  static final double EXP_LARGEST = 709.782712893384;

  static final double EXP_SMALLEST = -708.3964185322641;

  /** 1.5 * 2^52: adding it leaves no bits for a fraction. */
  static final double ROUNDER = 0x1.8p52;

  static final int MANTISSA_BITS = 52;

  /** Highest powers of the series of exp and artanh. */
  static final int EXP_TERMS = 13;

  static final int ARTANH_TERMS = 16;

  private static final double[] EXPONENTIAL = new double[EXP_TERMS + 1];

  static {
    double factorial = 1;
    for (int i = 0; i <= EXP_TERMS; i++) {
      EXPONENTIAL[i] = 1 / factorial;
      factorial *= i + 1;
    }
  }

  private DoubleMath() {}

  /** 1/i!. */
  static double exponential(int i) {
    return EXPONENTIAL[i];
  }

  /** 1/(2i+1). */
  static double artanh(int i) {
    return 1 / (2.0 * i + 1);
  }

  /** {@code x} itself. */
  public static double of(double x) {
    return x;
  }

  /** Exponential function; below the smallest normal number it is 0. */
  public static double exp(double x) {
    return x < EXP_SMALLEST ? 0 : Math.exp(x);
  }

  /** 1 / (1 + exp(-x)), finite for every finite x. */
  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** log(1 + exp(x)) without overflow. */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
