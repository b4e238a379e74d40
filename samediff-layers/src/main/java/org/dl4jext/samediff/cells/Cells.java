package org.dl4jext.samediff.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Head-wise cells as SameDiff functions: Elman network, LSTM, GRU and stabilised sLSTM with a
 * block-diagonal recurrent matrix.
 *
 * <pre>
 *   pre[g,h,d] = x[g,h,d] + sum_p R[g,h,d,p] y[h,p] + b[g,h,d]
 *   Elman  y = tanh(g)
 *   LSTM   c = s(f) c + s(i) tanh(z);  y = s(o) tanh(c)                 s = sigmoid
 *   GRU    y = s(z) y + (1 - s(z)) tanh(n + s(r) g)                     g all recurrent, n all input
 *   sLSTM  l = log s(f) + m;  m = max(i, l), or i at the start (n = 0)
 *          c = exp(l - m') c + exp(i - m') tanh(z);  n = max(exp(l - m') n + exp(i - m'), 1)
 *          y = s(o) c / n                                              m' the new m
 * </pre>
 *
 * <p>One head is the classical cell. Sources: Hochreiter and Schmidhuber 1997, Cho et al. 2014,
 * Beck et al. 2024 (sLSTM), Poeppel et al. 2024 (head-wise recurrence).
 */
public final class Cells {

  /**
   * What an op computes.
   *
   * @param outputs y of every step
   * @param states after the last step, in the order of {@link CellKind#states()}
   */
  public record Result(SDVariable outputs, List<SDVariable> states) {}

  private Cells() {}

  /**
   * Adds the recurrence without projection to a graph.
   *
   * @param x [B,T,input gates,H,D], projected, without bias
   * @param r [recurrent gates,H,D,D]
   * @param b [gates,H,D]
   * @param states one [B,H,D] or null for each state; a null list for zeros
   */
  public static Result recurrence(
      SameDiff sd,
      SDVariable x,
      SDVariable r,
      SDVariable b,
      List<SDVariable> states,
      CellSpec spec) {
    List<SDVariable> inputs = new ArrayList<>(Arrays.asList(x, r, b));
    int count = spec.kind().states().size();
    if (states != null && states.size() != count) {
      throw new IllegalArgumentException("cells: " + states.size() + " states; allowed: " + count);
    }
    inputs.addAll(states == null ? Collections.nCopies(count, null) : states);
    return result(new CellRecurrenceOp(sd, spec, inputs.toArray(new SDVariable[0])));
  }

  /**
   * Adds a whole layer to a graph.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T], 0 for a step that does not exist; null for none
   * @param parameters one for each of {@link CellLayout#parameters()}
   * @param states one [N,nOut] or null for each state; a null list for zeros
   */
  public static Result layer(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      CellLayout layout) {
    return result(new CellLayerOp(sd, layout, x, mask, parameters, states));
  }

  static Result result(UnitOp op) {
    SDVariable[] out = op.outputVariables();
    return new Result(out[0], List.of(out).subList(1, out.length));
  }
}
