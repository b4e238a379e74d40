package org.dl4jext.samediff.cells;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Cells with a diagonal recurrence as SameDiff functions: ParaGRU and ParaLSTM.
 *
 * <pre>
 *   P = x W + b                                                        s = sigmoid
 *   ParaGRU   z = s(A_z h + P_z), r = s(A_r h + P_r)
 *             h = (1 - z) h + z tanh(A_h (h r) + P_h)
 *   ParaLSTM  f = s(A_f h + P_f + C_f c)
 *             c = f c + (1 - f) tanh(A_c h + P_c)
 *             o = s(A_o h + P_o + C_o c);   h = o tanh(c)              o sees the new c
 * </pre>
 *
 * <p>A and C act on each element alone, so the Jacobian of a step is diagonal (ParaLSTM: a block of
 * 2 by 2 for each element). With {@link ParaEvaluation#NEWTON} all steps are solved at once: from
 * the guess h_t = f(0, x_t), each iteration adds the solution of d_t = J_t d_{t-1} + f(h_{t-1}) -
 * h_t, a linear recurrence. As in the published code J of ParaLSTM takes the output gate at the c
 * of the current iterate. The gradient is exact: one reversed linear recurrence.
 *
 * <p>Source: Danieli et al. 2025, ParaRNN.
 */
public final class ParaCells {

  private ParaCells() {}

  /**
   * Adds a whole layer to a graph; the states of the result are those after the last step.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T], 0 for a step that does not exist; null for none
   * @param parameters one for each of {@link ParaLayout#parameters()}
   * @param states one [N,nOut] or null for each state; a null list for zeros
   */
  public static Cells.Result layer(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      ParaLayout layout) {
    return Cells.result(new ParaLayerOp(sd, layout, false, x, mask, parameters, states));
  }

  /** As {@link #layer}, but the states of the result are those after every step [N,T,nOut]. */
  public static Cells.Result everyState(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      ParaLayout layout) {
    return Cells.result(new ParaLayerOp(sd, layout, true, x, mask, parameters, states));
  }
}
