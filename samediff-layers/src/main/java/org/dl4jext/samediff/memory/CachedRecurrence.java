package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A recurrent memory whose states are cached at the ends of segments and read again: the recurrence
 * without projections, as a unit and as a SameDiff function.
 *
 * <pre>
 *   M     = write(M, k_t, v_t)                     within a segment; at its end M is cached as M_i
 *   score = gateScale u_t . pool                   of each M_i, and of M over its tokens so far
 *   o_t   = g_online M(scale q_t) + sum over i of g_i M_i(scale q_t),       g = softmax(scores)
 * </pre>
 *
 * <p>Inputs: q, k [B,T,H,K]; v [B,T,H,V]; u [B,T,H,R], null for RESIDUAL; f [B,T,H,R] or [B,T,1,R],
 * what the router pools, null for the keys; up to three numbers [B,T,H] for each token and head,
 * named by {@link BaseMemory#scalars()}; for deep memories the start weights W1 [H,D,K] and W2
 * [H,V,D]; a mask [B,T] or null; the states.
 *
 * <p>States, null for those before the first step: position [B,2] (steps in the current segment,
 * cached memories); count [B,1] and pool [B,G,R] (valid tokens of the segment and the sum of their
 * features, G heads); memory [B,H,P]; and of n cached memories counts [B,n], pools [B,n,G,R],
 * cached [B,n,H,P']. n grows with the sequence. Deep memories stand there as what was added to the
 * start weights. Segments are counted by absolute position, masked steps included; a masked token
 * is neither written nor pooled, and its output is 0. A segment without a valid token is not read.
 *
 * <p>Outputs: o [B,T,H,V]; gates [B,T,H,C], one for each memory that the segment can read, oldest
 * first, then the online one, then zeros; the states.
 *
 * <p>Source: Behrouz et al. 2026, Memory Caching, equations 4 to 17. It leaves open what is pooled
 * and how, how the online memory is scored (here by its tokens so far), what the softmax runs over
 * (here the online memory and the selected ones) and whether heads share gates: options of {@link
 * CachingSpec}.
 */
public final class CachedRecurrence {

  /**
   * What the op computes.
   *
   * @param outputs o [B,T,H,V]
   * @param gates [B,T,H,C]
   * @param states after the last step, in the order of the inputs
   */
  public record Result(SDVariable outputs, SDVariable gates, List<SDVariable> states) {}

  private CachedRecurrence() {}

  /**
   * Makes the unit.
   *
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE
   */
  public static DifferentiableUnit unit(
      CachedRecurrenceSpec spec, Execution execution, DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "memory caching: data type is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE
              ? new DoubleCachedRecurrence(spec)
              : new FloatCachedRecurrence(spec);
      case REFERENCE -> new CachedRecurrenceReference(spec, dataType);
      case ARRAY -> new CachedRecurrenceArray(spec, dataType);
    };
  }

  /**
   * Adds the recurrence to a graph, from the first step on.
   *
   * @param u null for RESIDUAL
   * @param f null for the keys
   * @param scalars in the order of {@link BaseMemory#scalars()}
   * @param weights W1 and W2 of a deep memory, else empty
   * @param mask null for none
   */
  public static Result apply(
      SameDiff sd,
      SDVariable q,
      SDVariable k,
      SDVariable v,
      SDVariable u,
      SDVariable f,
      List<SDVariable> scalars,
      List<SDVariable> weights,
      SDVariable mask,
      CachedRecurrenceSpec spec) {
    SDVariable[] inputs = new SDVariable[CachedRecurrenceSizes.INPUTS];
    inputs[CachedRecurrenceSizes.Q] = q;
    inputs[CachedRecurrenceSizes.K] = k;
    inputs[CachedRecurrenceSizes.V] = v;
    inputs[CachedRecurrenceSizes.U] = u;
    inputs[CachedRecurrenceSizes.F] = f;
    for (int i = 0; i < scalars.size(); i++) {
      inputs[CachedRecurrenceSizes.SCALARS + i] = scalars.get(i);
    }
    for (int i = 0; i < weights.size(); i++) {
      inputs[CachedRecurrenceSizes.W1 + i] = weights.get(i);
    }
    inputs[CachedRecurrenceSizes.MASK] = mask;
    SDVariable[] out = new CachedRecurrenceOp(sd, spec, inputs).outputVariables();
    List<SDVariable> states =
        new ArrayList<>(Arrays.asList(out).subList(CachedRecurrenceSizes.FIRST_STATE, out.length));
    return new Result(out[CachedRecurrenceSizes.O], out[CachedRecurrenceSizes.GATES], states);
  }
}
