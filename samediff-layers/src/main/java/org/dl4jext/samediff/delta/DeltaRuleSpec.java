package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.Spec;

/**
 * Options of the gated delta product alone, without projections: the recurrence
 *
 * <pre>{@code
 * S <- exp(g_t) S                                       once for each token (no gate: g = 0)
 * S <- S + beta_s k_s (v_s - S' k_s)'                   s = t n .. t n + n - 1
 * o_t = scale S' q_t
 * }</pre>
 *
 * @param householders n, micro-steps for each token
 * @param scale factor on the read
 * @param queryKeyNorm normalisation of the given q and k
 * @param queryKeyNormEps epsilon inside the root of the L2 norm
 * @param chunkTokens tokens that the chunk-parallel forms take at once; 0 lets the kernel choose
 */
public record DeltaRuleSpec(
    int householders,
    double scale,
    QueryKeyNorm queryKeyNorm,
    double queryKeyNormEps,
    int chunkTokens)
    implements Spec<DeltaRuleSpec> {

  public DeltaRuleSpec {
    if (householders < 1) {
      throw new IllegalArgumentException(
          "DeltaRuleSpec: householders is " + householders + "; allowed: 1 and more");
    }
    if (!(Math.abs(scale) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "DeltaRuleSpec: scale is " + scale + "; allowed: a finite number");
    }
    if (queryKeyNorm == null) {
      throw new IllegalArgumentException("DeltaRuleSpec: queryKeyNorm is null");
    }
    if (!(queryKeyNormEps >= 0 && queryKeyNormEps <= 1)) {
      throw new IllegalArgumentException(
          "DeltaRuleSpec: queryKeyNormEps is " + queryKeyNormEps + "; allowed: 0 to 1");
    }
    if (chunkTokens < 0) {
      throw new IllegalArgumentException(
          "DeltaRuleSpec: chunkTokens is " + chunkTokens + "; allowed: 0 and more");
    }
  }
}
