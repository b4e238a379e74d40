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

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float LARGEST = 88.72283f;
  private static final float SMALLEST = -87.33654f;

  private FloatMath() {}

  /** {@code x} rounded to the kernels' type. */
  public static float of(double x) {
    return (float) x;
  }

  /** Exponential function; below the smallest normal number it is 0. Error below 2 ulp. */
  public static float exp(float x) {
    if (x < SMALLEST) {
      return 0;
    }
    if (!(x <= LARGEST)) {
      return x > LARGEST ? Float.POSITIVE_INFINITY : x;
    }
    int n = Math.round(x * LOG2_E);
    float r = Math.fma(-LN2_LOW, n, Math.fma(-LN2_HIGH, n, x));
    float p = 1.9875691e-4f;
    p = Math.fma(p, r, 1.3981999e-3f);
    p = Math.fma(p, r, 8.333452e-3f);
    p = Math.fma(p, r, 4.1665796e-2f);
    p = Math.fma(p, r, 1.6666666e-1f);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p * r, r, r) + 1;
    // Two factors, because 2^n alone overflows for n = 128.
    return p
        * Float.intBitsToFloat((n / 2 + 127) << 23)
        * Float.intBitsToFloat((n - n / 2 + 127) << 23);
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
