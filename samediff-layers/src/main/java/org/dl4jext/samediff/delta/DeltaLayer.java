package org.dl4jext.samediff.delta;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A whole delta layer as a SameDiff function: projection, short convolution, activations, gates,
 * recurrence, norm and output projection in one op. {@link DeltaLayout} says the order and the
 * shapes of parameters and states, {@link DeltaSpec} the options.
 */
public final class DeltaLayer {

  /**
   * What the op computes.
   *
   * @param outputs y [N,T,nOut]; 0 at masked steps
   * @param states one [N,...] for each state of the layout, after the last step
   */
  public record Result(SDVariable outputs, List<SDVariable> states) {}

  private DeltaLayer() {}

  /**
   * Adds the op to a graph.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T] of any data type, 0 for a step that does not exist; null for none
   * @param parameters one for each of {@link DeltaLayout#parameters()}
   * @param states one for each of {@link DeltaLayout#states()}; null entries, or a null list, for
   *     zeros
   */
  public static Result apply(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      DeltaLayout layout) {
    SDVariable[] out = new DeltaLayerOp(sd, layout, x, mask, parameters, states).outputVariables();
    return new Result(out[0], List.of(out).subList(1, out.length));
  }
}
