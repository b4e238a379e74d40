package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Whole pLSTM layers as SameDiff functions: gates, queries, keys and values from the input, the
 * recurrence ({@link PlstmSequence}, {@link PlstmGrid}), an RMS norm of each head, and a last
 * projection.
 *
 * <pre>
 *   S, M, D = sigmoid(W x + b),  T = tanh(f (W x + b)) or a product of rotations and such numbers
 *   y = W_out (norm(Y) g)
 * </pre>
 *
 * <p>On sequences a causal convolution may stand before all but the values. On grids four
 * orientations are summed; in P-mode a source s and a transition t go to the right as a s, a t and
 * down as (1 - a) s, (1 - a) t with a = sigmoid(b + c W x).
 *
 * <p>Source: arXiv 2506.11997. Where the published code differs from its equation 10, the paper is
 * followed unless {@link PlstmVariant#REFERENCE_CODE} is chosen.
 */
public final class PlstmLayers {

  /**
   * What a layer on sequences computes.
   *
   * @param outputs y of every step [N,T,nOut]
   * @param states after the last step, in the order of {@link PlstmLayout#states()}
   */
  public record Result(SDVariable outputs, List<SDVariable> states) {}

  private PlstmLayers() {}

  /**
   * Adds a layer on sequences to a graph.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T], 0 for a step that does not exist; null for none
   * @param parameters one for each of {@link PlstmLayout#parameters()}
   * @param states one or null for each of {@link PlstmLayout#states()}; a null list for zeros
   */
  public static Result apply(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      PlstmLayout layout) {
    SDVariable[] out = new PlstmLayerOp(sd, layout, x, mask, parameters, states).outputVariables();
    return new Result(out[0], List.of(out).subList(1, out.length));
  }

  /**
   * Adds a layer on grids to a graph.
   *
   * @param x [N,X,Y,nIn]
   * @param mask [N,X,Y], 0 for a cell that does not exist; null for none
   * @param parameters one for each of {@link PlstmGridLayout#parameters()}
   * @return y [N,X,Y,nOut]
   */
  public static SDVariable applyGrid(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      PlstmGridLayout layout) {
    if (parameters.size() != layout.parameters().size()) {
      throw new IllegalArgumentException(
          PlstmGridLayout.LAYER
              + ": "
              + parameters.size()
              + " parameters; allowed: "
              + layout.parameters().size());
    }
    List<SDVariable> inputs = new ArrayList<>();
    inputs.add(x);
    inputs.add(mask);
    inputs.addAll(parameters);
    return new PlstmGridLayerOp(sd, layout, inputs.toArray(new SDVariable[0])).outputVariables()[0];
  }
}
