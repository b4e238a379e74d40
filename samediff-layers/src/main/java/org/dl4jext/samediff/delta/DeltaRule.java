package org.dl4jext.samediff.delta;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The gated delta product as a SameDiff function: the recurrence without projections.
 *
 * <pre>
 *   S = exp(g_t) S                                     once for each token (no gate: g = 0)
 *   S = S + beta_s k_s (v_s - S' k_s)'                 s = t n .. t n + n - 1
 *   o_t = scale S' q_t
 * </pre>
 *
 * <p>Layouts: q [B,T,H,K]; k [B,T*n,H,K]; v [B,T*n,HV,V]; beta [B,T*n,HV]; g [B,T,HV], log decay,
 * at most 0; S [B,HV,K,V]. HV is a multiple of H, and value head j reads q and k of head j/(HV/H).
 * Source: Siems et al., DeltaProduct (2025); n = 1 is (Gated) DeltaNet, Yang et al. (2024).
 */
public final class DeltaRule {

  /**
   * What the op computes.
   *
   * @param outputs o [B,T,HV,V]
   * @param state S after the last token [B,HV,K,V]
   */
  public record Result(SDVariable outputs, SDVariable state) {}

  private DeltaRule() {}

  /**
   * Adds the op to a graph.
   *
   * @param g null for no gate
   * @param state S before the first token; null for zeros
   */
  public static Result apply(
      SameDiff sd,
      SDVariable q,
      SDVariable k,
      SDVariable v,
      SDVariable beta,
      SDVariable g,
      SDVariable state,
      DeltaRuleSpec spec) {
    SDVariable[] out = new DeltaRuleOp(sd, spec, q, k, v, beta, g, state).outputVariables();
    return new Result(out[0], out[1]);
  }
}
