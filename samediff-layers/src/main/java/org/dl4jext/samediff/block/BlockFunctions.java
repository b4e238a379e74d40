package org.dl4jext.samediff.block;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The blocks as SameDiff functions, with exact gradients, for use in any graph. */
public final class BlockFunctions {

  private BlockFunctions() {}

  /**
   * {@code g x / sqrt(mean(x^2) + eps)} over the last axis.
   *
   * @param x of any rank
   * @param lastAxis index of the last axis of x; not negative, since M2.1 computes reductions over
   *     a negative axis wrongly
   * @param gain g [C], or null for 1
   * @param eps inside the root
   */
  public static SDVariable rmsNorm(SDVariable x, int lastAxis, SDVariable gain, double eps) {
    SDVariable meanSquare = x.mul(x).mean(true, requireAxis(lastAxis));
    return affine(x.div(x.getSameDiff().math.sqrt(meanSquare.add(eps))), gain, null);
  }

  /**
   * {@code g (x - mean(x)) / sqrt(var(x) + eps) + b} over the last axis, with the biased variance.
   *
   * @param x of any rank
   * @param lastAxis index of the last axis of x; not negative
   * @param gain g [C], or null for 1
   * @param bias b [C], or null for 0
   * @param eps inside the root
   */
  public static SDVariable layerNorm(
      SDVariable x, int lastAxis, SDVariable gain, SDVariable bias, double eps) {
    SDVariable centred = x.sub(x.mean(true, requireAxis(lastAxis)));
    return affine(rmsNorm(centred, lastAxis, null, eps), gain, bias);
  }

  /**
   * {@code (silu(x Wg) * (x Wu)) Wo}.
   *
   * @param x [M,nIn]; reshape a sequence [N,T,nIn] to [N*T,nIn] first, since M2.1 cannot multiply
   *     arrays of rank 3 and 2
   * @param w [nIn,2F], the columns of Wg before those of Wu
   * @param wo [F,nOut]
   */
  public static SDVariable swiGlu(SDVariable x, SDVariable w, SDVariable wo) {
    SameDiff sd = x.getSameDiff();
    SDVariable[] halves = sd.split(x.mmul(w), 2, 1); // [M,2F] -> 2 x [M,F]
    return sd.nn.swish(halves[0]).mul(halves[1]).mmul(wo);
  }

  private static SDVariable affine(SDVariable x, SDVariable gain, SDVariable bias) {
    SDVariable scaled = gain == null ? x : x.mul(gain);
    return bias == null ? scaled : scaled.add(bias);
  }

  private static int requireAxis(int axis) {
    if (axis < 0) {
      throw new IllegalArgumentException(
          "norm: lastAxis is "
              + axis
              + "; allowed: 0 or more (reductions over a negative axis"
              + " are wrong in ND4J 1.0.0-M2.1)");
    }
    return axis;
  }
}
