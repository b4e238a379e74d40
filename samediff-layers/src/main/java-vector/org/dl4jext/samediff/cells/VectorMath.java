package org.dl4jext.samediff.cells;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exponential functions of arrays by vectors in both precisions, built from multiplication and
 * addition only: every lane gives the same bits in compiled and in interpreted code, which the
 * JDK's own do not.
 *
 * <p>exp(x) = 2^n exp(r) with x = n ln 2 + r, |r| at most ln 2 / 2, and a polynomial for exp(r) -
 * 1. Adding 1.5 * 2^23 (2^52) rounds to an integer whose bits then stand at the low end. Errors are
 * below 3 ulp.
 *
 * <p>Each method is written out in one piece, and so is too large to be inlined: inside a caller
 * the JIT compiler of JDK 17 would give up half-way and allocate every vector.
 */
final class VectorMath {

  private static final float FLOAT_ROUND = 12582912f;
  private static final float FLOAT_LOG2_E = 1.442695041f;
  private static final float FLOAT_LN2_HIGH = 0.693359375f;
  private static final float FLOAT_LN2_LOW = -2.12194440e-4f;
  private static final float FLOAT_LIMIT = 87;

  private static final double DOUBLE_ROUND = 6755399441055744.0;
  private static final double DOUBLE_LOG2_E = 1.4426950408889634;
  private static final double DOUBLE_LN2_HIGH = 6.93145751953125e-1;
  private static final double DOUBLE_LN2_LOW = 1.42860682030941723212e-6;
  private static final double DOUBLE_LIMIT = 708;

  private VectorMath() {}

  /** The lanes; refuses a number of elements that leaves a part of a vector. */
  private static int wholeVectors(int n, int lanes) {
    if (n % lanes != 0) {
      throw new IllegalArgumentException(n + " elements; allowed: a multiple of " + lanes);
    }
    return lanes;
  }

  /**
   * y = tanh(x) or sigmoid(x). Both are u / (u + d): u = exp(2 x) - 1 and d = 2, or u = exp(x) and
   * d = 1.
   */
  static void squash(boolean tanh, int n, float[] x, int xOffset, float[] y, int yOffset) {
    int lanes = wholeVectors(n, FloatVector.SPECIES_PREFERRED.length());
    FloatVector high = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FLOAT_LIMIT);
    FloatVector low = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FLOAT_LIMIT);
    FloatVector log2e = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FLOAT_LOG2_E);
    FloatVector round = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FLOAT_ROUND);
    FloatVector ln2High = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FLOAT_LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FLOAT_LN2_LOW);
    FloatVector scale = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, tanh ? 2f : 1f);
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, tanh ? 1f : 0);
    for (int e = 0; e < n; e += lanes) {
      FloatVector held =
          FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, xOffset + e)
              .mul(scale)
              .max(low)
              .min(high);
      FloatVector rounded = held.fma(log2e, round);
      FloatVector power =
          rounded
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .add(127 << 23)
              .reinterpretAsFloats();
      FloatVector whole = rounded.sub(round);
      FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, held));
      FloatVector p = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.9875691500e-4f);
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.3981999507e-3f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 8.3334519073e-3f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 4.1665795894e-2f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.6666665459e-1f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 5.0000001201e-1f));
      FloatVector q = p.mul(r).fma(r, r);
      FloatVector u = q.fma(power, power.sub(one));
      u.div(u.add(scale)).intoArray(y, yOffset + e);
    }
  }

  /** y = exp(x), or exp(x) - 1 with a small relative error near 0 too. */
  static void exp(boolean minusOne, int n, float[] x, int xOffset, float[] y, int yOffset) {
    int lanes = wholeVectors(n, FloatVector.SPECIES_PREFERRED.length());
    FloatVector high = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FLOAT_LIMIT);
    FloatVector low = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FLOAT_LIMIT);
    FloatVector log2e = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FLOAT_LOG2_E);
    FloatVector round = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FLOAT_ROUND);
    FloatVector ln2High = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FLOAT_LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FLOAT_LN2_LOW);
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, minusOne ? 1f : 0);
    for (int e = 0; e < n; e += lanes) {
      FloatVector held =
          FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, xOffset + e).max(low).min(high);
      FloatVector rounded = held.fma(log2e, round);
      FloatVector power =
          rounded
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .add(127 << 23)
              .reinterpretAsFloats();
      FloatVector whole = rounded.sub(round);
      FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, held));
      FloatVector p = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.9875691500e-4f);
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.3981999507e-3f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 8.3334519073e-3f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 4.1665795894e-2f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.6666665459e-1f));
      p = p.fma(r, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 5.0000001201e-1f));
      FloatVector q = p.mul(r).fma(r, r);
      q.fma(power, power.sub(one)).intoArray(y, yOffset + e);
    }
  }

  /** log(1 + x) for x between 0 and 1, in place: 2 artanh(u) by its series in u = x / (2 + x). */
  static void log1p(int n, float[] x, int offset) {
    int lanes = wholeVectors(n, FloatVector.SPECIES_PREFERRED.length());
    for (int e = offset; e < offset + n; e += lanes) {
      FloatVector value = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, e);
      FloatVector u = value.div(value.add(2));
      FloatVector square = u.mul(u);
      FloatVector p = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 15);
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 13));
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 11));
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 9));
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 7));
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 5));
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 3));
      p = p.fma(square, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1f / 1));
      p.mul(u.add(u)).intoArray(x, e);
    }
  }

  /**
   * y = tanh(x) or sigmoid(x). Both are u / (u + d): u = exp(2 x) - 1 and d = 2, or u = exp(x) and
   * d = 1.
   */
  static void squash(boolean tanh, int n, double[] x, int xOffset, double[] y, int yOffset) {
    int lanes = wholeVectors(n, DoubleVector.SPECIES_PREFERRED.length());
    DoubleVector high = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, DOUBLE_LIMIT);
    DoubleVector low = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, -DOUBLE_LIMIT);
    DoubleVector log2e = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, DOUBLE_LOG2_E);
    DoubleVector round = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, DOUBLE_ROUND);
    DoubleVector ln2High = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, -DOUBLE_LN2_HIGH);
    DoubleVector ln2Low = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, -DOUBLE_LN2_LOW);
    DoubleVector scale = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, tanh ? 2.0 : 1.0);
    DoubleVector one = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, tanh ? 1.0 : 0);
    for (int e = 0; e < n; e += lanes) {
      DoubleVector held =
          DoubleVector.fromArray(DoubleVector.SPECIES_PREFERRED, x, xOffset + e)
              .mul(scale)
              .max(low)
              .min(high);
      DoubleVector rounded = held.fma(log2e, round);
      DoubleVector power =
          rounded
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, 52)
              .add(1023L << 52)
              .reinterpretAsDoubles();
      DoubleVector whole = rounded.sub(round);
      DoubleVector r = whole.fma(ln2Low, whole.fma(ln2High, held));
      DoubleVector p = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 6227020800L);
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 479001600));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 39916800));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 3628800));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 362880));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 40320));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 5040));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 720));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 120));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 24));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 6));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 2));
      DoubleVector q = p.mul(r).fma(r, r);
      DoubleVector u = q.fma(power, power.sub(one));
      u.div(u.add(scale)).intoArray(y, yOffset + e);
    }
  }

  /** y = exp(x), or exp(x) - 1 with a small relative error near 0 too. */
  static void exp(boolean minusOne, int n, double[] x, int xOffset, double[] y, int yOffset) {
    int lanes = wholeVectors(n, DoubleVector.SPECIES_PREFERRED.length());
    DoubleVector high = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, DOUBLE_LIMIT);
    DoubleVector low = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, -DOUBLE_LIMIT);
    DoubleVector log2e = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, DOUBLE_LOG2_E);
    DoubleVector round = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, DOUBLE_ROUND);
    DoubleVector ln2High = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, -DOUBLE_LN2_HIGH);
    DoubleVector ln2Low = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, -DOUBLE_LN2_LOW);
    DoubleVector one = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, minusOne ? 1.0 : 0);
    for (int e = 0; e < n; e += lanes) {
      DoubleVector held =
          DoubleVector.fromArray(DoubleVector.SPECIES_PREFERRED, x, xOffset + e).max(low).min(high);
      DoubleVector rounded = held.fma(log2e, round);
      DoubleVector power =
          rounded
              .reinterpretAsLongs()
              .lanewise(VectorOperators.LSHL, 52)
              .add(1023L << 52)
              .reinterpretAsDoubles();
      DoubleVector whole = rounded.sub(round);
      DoubleVector r = whole.fma(ln2Low, whole.fma(ln2High, held));
      DoubleVector p = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 6227020800L);
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 479001600));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 39916800));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 3628800));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 362880));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 40320));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 5040));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 720));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 120));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 24));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 6));
      p = p.fma(r, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 2));
      DoubleVector q = p.mul(r).fma(r, r);
      q.fma(power, power.sub(one)).intoArray(y, yOffset + e);
    }
  }

  /** log(1 + x) for x between 0 and 1, in place: 2 artanh(u) by its series in u = x / (2 + x). */
  static void log1p(int n, double[] x, int offset) {
    int lanes = wholeVectors(n, DoubleVector.SPECIES_PREFERRED.length());
    for (int e = offset; e < offset + n; e += lanes) {
      DoubleVector value = DoubleVector.fromArray(DoubleVector.SPECIES_PREFERRED, x, e);
      DoubleVector u = value.div(value.add(2));
      DoubleVector square = u.mul(u);
      DoubleVector p = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 33);
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 31));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 29));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 27));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 25));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 23));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 21));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 19));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 17));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 15));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 13));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 11));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 9));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 7));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 5));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 3));
      p = p.fma(square, DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 1.0 / 1));
      p.mul(u.add(u)).intoArray(x, e);
    }
  }
}
