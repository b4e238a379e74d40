package org.dl4jext.samediff.kernel;

import static org.dl4jext.samediff.kernel.FloatVectorBlocks.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of vectors, by series.
 *
 * <p>The module's own exp and log1p are library calls in compiled code and other code before that:
 * their last bit depends on how warm the JVM is. These do not.
 */
final class FloatFunctions {

  private FloatFunctions() {}

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
