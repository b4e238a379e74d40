package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The recurrence of pLSTM along a sequence, as a unit and as a SameDiff function.
 *
 * <pre>
 *   Y_t[v,o] = s (Q_t[d,j] M_t[o,j,i] C_(t-1)[d,v,i] + Q_t[d,j] D_t[o,j,k,l] K_t[d,k] V_t[v,l])
 *   C_t[d,v,i] = T_t[i,j] C_(t-1)[d,v,j] + S_t[i,j,k] K_t[d,j] V_t[v,k]
 * </pre>
 *
 * <p>A step reads the state before it writes; its own value reaches its output through D alone.
 *
 * <p>Inputs, with b lanes (examples times heads): Q [b,T,DK,JQ], K [b,T,DK,JK], V [b,T,DV,JV], S
 * [b,T,JT,JK,JV], T [b,T,JT,JT], M [b,T,JO,JQ,JT], D [b,T,JO,JQ,JK,JV], the state [b,DK,DV,JT] or
 * null for zeros. Outputs: Y [b,T,DV,JO] and the state after the last step.
 *
 * <p>Source: arXiv 2506.11997, equations 5 to 7 on a chain, with the state-tracking sizes J.
 */
public final class PlstmSequence {

  /**
   * What the op computes.
   *
   * @param outputs Y [b,T,DV,JO]
   * @param state after the last step [b,DK,DV,JT]
   */
  public record Result(SDVariable outputs, SDVariable state) {}

  private PlstmSequence() {}

  /** Makes the unit with the usual chunks. */
  public static DifferentiableUnit unit(double scale, Execution execution, DataType dataType) {
    return unit(scale, 0, execution, dataType);
  }

  /**
   * Makes the unit. The result does not depend on the chunk.
   *
   * @param scale s, factor on Y
   * @param chunk steps that are worked on together: HOST keeps a state before each chunk, ARRAY
   *     joins so many steps, rounded up to a power of two, level by level; 0 for the usual
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE, the chunk is
   *     negative or the scale not finite
   */
  public static DifferentiableUnit unit(
      double scale, int chunk, Execution execution, DataType dataType) {
    return PlstmGrid.unit(false, scale, chunk, execution, dataType);
  }

  /**
   * Adds the recurrence to a graph.
   *
   * @param state null for zeros
   * @param scale s, factor on Y
   */
  public static Result apply(
      SameDiff sd,
      SDVariable q,
      SDVariable k,
      SDVariable v,
      SDVariable s,
      SDVariable t,
      SDVariable m,
      SDVariable d,
      SDVariable state,
      double scale) {
    SDVariable[] out = new PlstmSequenceOp(sd, scale, q, k, v, s, t, m, d, state).outputVariables();
    return new Result(out[0], out[1]);
  }
}
