package org.dl4jext.samediff.kernel;

import org.nd4j.linalg.api.buffer.DataType;

/** What differs between the float kernels and their derived double twins. */
public final class FloatMath {

  /** The ND4J type of the kernels' arrays. */
  public static final DataType TYPE = DataType.FLOAT;

  /** Size of an element. */
  public static final int BYTES = 4;

  /** Fewest lanes for which the vector build is worth taking. */
  static final int MIN_LANES = 8;

  static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts, the first with so few bits that its products with integers are exact. */
  static final float LN2_HIGH = 0.6933594f;

  static final float LN2_LOW = -2.1219444e-4f;

  /** Where exp leaves the range of normal numbers. */
  static final float EXP_LARGEST = 88.72283f;

  static final float EXP_SMALLEST = -87.33654f;

  /** 1.5 * 2^23: adding it leaves no bits for a fraction. */
  static final float ROUNDER = 0x1.8p23f;

  static final int MANTISSA_BITS = 23;

  /** Highest powers of the series of exp and artanh. */
  static final int EXP_TERMS = 7;

  static final int ARTANH_TERMS = 7;

  private static final float[] EXPONENTIAL = new float[EXP_TERMS + 1];

  static {
    double factorial = 1;
    for (int i = 0; i <= EXP_TERMS; i++) {
      EXPONENTIAL[i] = (float) (1 / factorial);
      factorial *= i + 1;
    }
  }

  private FloatMath() {}

  /** {@code x} rounded to the kernels' type. */
  public static float of(double x) {
    return (float) x;
  }

  /** 1/i!. */
  static float exponential(int i) {
    return EXPONENTIAL[i];
  }

  /** 1/(2i+1). */
  static float artanh(int i) {
    return 1 / (2 * i + 1f);
  }

  /** Exponential function; below the smallest normal number it is 0. Error below 2 ulp. */
  public static float exp(float x) {
    if (x < EXP_SMALLEST) {
      return 0;
    }
    if (!(x <= EXP_LARGEST)) {
      return x > EXP_LARGEST ? Float.POSITIVE_INFINITY : x;
    }
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float p = EXPONENTIAL[EXP_TERMS];
    for (int i = EXP_TERMS - 1; i >= 0; i--) {
      p = Math.fma(p, r, EXPONENTIAL[i]);
    }
    int bits = Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << MANTISSA_BITS);
    return Float.intBitsToFloat(bits);
  }

  /** 1 / (1 + exp(-x)), finite for every finite x. */
  public static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  /** log(1 + exp(x)) without overflow. */
  public static float softplus(float x) {
    return (float) (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }
}
