package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Sines and cosines of many angles at once, in loops without branches that a compiler can turn into
 * vector instructions.
 *
 * <p>The angle is reduced to [-pi,pi] and both functions follow from those of its half, by their
 * Taylor series. The error is below 4 ulp of 1 while the angle is below 2^19; beyond the range of
 * the reduction the results are arbitrary numbers of size at most 1. NaN for NaN and infinity.
 */
final class FloatQkanAngles {

  static final float TURNS = FloatMath.of(0.5 / Math.PI);
  static final float TURN = FloatMath.of(2 * Math.PI);
  static final float TURN_REST = FloatMath.of(rest(TURN));
  static final float PI = FloatMath.of(Math.PI);

  /** Adding it leaves no bits for a fraction. */
  static final float ROUNDER = FloatMath.of(FloatMath.BYTES == 4 ? 0x1.8p23 : 0x1.8p52);

  static final float S3 = FloatMath.of(-1 / 6.0);
  static final float S5 = FloatMath.of(1 / 120.0);
  static final float S7 = FloatMath.of(-1 / 5040.0);
  static final float S9 = FloatMath.of(1 / 362880.0);
  static final float S11 = FloatMath.of(-1 / 39916800.0);
  static final float S13 = FloatMath.of(1 / 6227020800.0);
  static final float S15 = FloatMath.of(-1 / 1307674368000.0);
  static final float S17 = FloatMath.of(1 / 355687428096000.0);
  static final float S19 = FloatMath.of(-1 / 121645100408832000.0);
  static final float S21 = FloatMath.of(1 / 51090942171709440000.0);
  static final float C2 = FloatMath.of(-1 / 2.0);
  static final float C4 = FloatMath.of(1 / 24.0);
  static final float C6 = FloatMath.of(-1 / 720.0);
  static final float C8 = FloatMath.of(1 / 40320.0);
  static final float C10 = FloatMath.of(-1 / 3628800.0);
  static final float C12 = FloatMath.of(1 / 479001600.0);
  static final float C14 = FloatMath.of(-1 / 87178291200.0);
  static final float C16 = FloatMath.of(1 / 20922789888000.0);
  static final float C18 = FloatMath.of(-1 / 6402373705728000.0);
  static final float C20 = FloatMath.of(1 / 2432902008176640000.0);
  static final float C22 = FloatMath.of(-1 / 1.1240007277776077E21);

  private FloatQkanAngles() {}

  /** What 2 pi has beyond its rounded value. */
  private static double rest(double rounded) {
    return 2 * Math.PI - rounded + 2.4492935982947064e-16;
  }

  /**
   * sin and cos of {@code weight x + shift} for the elements {@code first} to {@code n}.
   *
   * @param offset index of the weight and shift of element 0
   */
  static void sinCos(
      int first,
      int n,
      float x,
      float[] weight,
      float[] shift,
      int offset,
      float[] sin,
      float[] cos) {
    for (int o = first; o < n; o++) {
      float a = Math.fma(weight[offset + o], x, shift[offset + o]);
      float turns = Math.fma(a, TURNS, ROUNDER) - ROUNDER;
      float r = Math.fma(turns, -TURN_REST, Math.fma(turns, -TURN, a));
      float h = 0.5f * Math.max(-PI, Math.min(PI, r));
      float z = h * h;
      float s = sine(z);
      float c = cosine(z);
      float sn = h * s;
      sin[o] = 2f * sn * c;
      cos[o] = Math.fma(-2f * sn, sn, 1f);
    }
  }

  /** sin(h) / h for z = h^2. */
  private static float sine(float z) {
    float s = S13;
    if (FloatMath.BYTES == 8) {
      s = Math.fma(Math.fma(Math.fma(Math.fma(S21, z, S19), z, S17), z, S15), z, S13);
    }
    s = Math.fma(s, z, S11);
    s = Math.fma(s, z, S9);
    s = Math.fma(s, z, S7);
    s = Math.fma(s, z, S5);
    s = Math.fma(s, z, S3);
    return Math.fma(s, z, 1f);
  }

  /** cos(h) for z = h^2. */
  private static float cosine(float z) {
    float c = C12;
    if (FloatMath.BYTES == 8) {
      c = Math.fma(Math.fma(Math.fma(Math.fma(C22, z, C20), z, C18), z, C16), z, C14);
      c = Math.fma(c, z, C12);
    }
    c = Math.fma(c, z, C10);
    c = Math.fma(c, z, C8);
    c = Math.fma(c, z, C6);
    c = Math.fma(c, z, C4);
    c = Math.fma(c, z, C2);
    return Math.fma(c, z, 1f);
  }
}
