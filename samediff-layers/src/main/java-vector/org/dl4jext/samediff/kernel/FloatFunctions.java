package org.dl4jext.samediff.kernel;

import static org.dl4jext.samediff.kernel.FloatTiles.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Elementary functions of vectors, by series.
 *
 * <p>The module's own exp and log1p are library calls in compiled code and other code before that:
 * their last bit depends on how warm the JVM is. These do not.
 */
final class FloatFunctions {

  private static final int LANES = FloatTiles.LANES;
  private static final int LEVELS = Integer.numberOfTrailingZeros(LANES);
  private static final int[] SWAPS = swaps();

  private FloatFunctions() {}

  private static int[] swaps() {
    int[] swaps = new int[LEVELS * LANES];
    for (int level = 0; level < LEVELS; level++) {
      for (int i = 0; i < LANES; i++) {
        swaps[level * LANES + i] = i ^ (1 << level);
      }
    }
    return swaps;
  }

  /** The sum of all lanes, added in pairs. */
  static float sum(FloatVector x) {
    FloatVector sum = x;
    for (int level = 0; level < LEVELS; level++) {
      sum =
          sum.add(
              sum.rearrange(
                  VectorShuffle.fromArray(FloatVector.SPECIES_PREFERRED, SWAPS, level * LANES)));
    }
    return sum.lane(0);
  }

  /** exp(x); 0 below the smallest normal number, the largest finite number above it. */
  static FloatVector exp(FloatVector x) {
    FloatVector inside = x.max(FloatMath.EXP_SMALLEST).min(FloatMath.EXP_LARGEST);
    // Adding and subtracting this number rounds; meanwhile the low bits hold the integer.
    FloatVector shifted = inside.fma(broadcast(FloatMath.LOG2_E), broadcast(FloatMath.ROUNDER));
    FloatVector n = shifted.sub(FloatMath.ROUNDER);
    FloatVector r =
        n.fma(broadcast(-FloatMath.LN2_LOW), n.fma(broadcast(-FloatMath.LN2_HIGH), inside));
    FloatVector p = broadcast(FloatMath.exponential(FloatMath.EXP_TERMS));
    for (int i = FloatMath.EXP_TERMS - 1; i >= 0; i--) {
      p = p.fma(r, broadcast(FloatMath.exponential(i)));
    }
    FloatVector y =
        shifted
            .viewAsIntegralLanes()
            .lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS)
            .add(p.viewAsIntegralLanes())
            .viewAsFloatingLanes();
    return y.blend(0, x.compare(VectorOperators.LT, FloatMath.EXP_SMALLEST));
  }

  /** 1 / (1 + exp(-x)). */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector one = broadcast(1);
    return one.div(exp(x.neg()).add(one));
  }

  /** log(1 + exp(x)), from log(1 + u) = 2 artanh(u / (2 + u)) with u = exp(-|x|). */
  static FloatVector softplus(FloatVector x) {
    FloatVector u = exp(x.abs().neg());
    FloatVector s = u.div(u.add(2));
    FloatVector square = s.mul(s);
    FloatVector p = broadcast(FloatMath.artanh(FloatMath.ARTANH_TERMS));
    for (int i = FloatMath.ARTANH_TERMS - 1; i >= 0; i--) {
      p = p.fma(square, broadcast(FloatMath.artanh(i)));
    }
    return p.fma(s.add(s), x.max(0));
  }
}
