package org.dl4jext.samediff.memory;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A whole memory-caching layer, as a unit and as a SameDiff function.
 *
 * <pre>
 *   q, k, v, u = x W;   k mixed with the steps before;   q, k divided by their length
 *   y_t = Wo'(RMSNorm(o_t)),   o_t from {@link CachedRecurrence}
 * </pre>
 *
 * <p>The numbers of a token are sigmoids of a projection, and for GATED_DELTA g is the logarithm of
 * one. {@link MemoryCachingLayout} lists parameters and states.
 */
public final class MemoryCachingLayer {

  /**
   * What the op computes.
   *
   * @param outputs y [N,T,nOut]
   * @param states after the last step
   */
  public record Result(SDVariable outputs, List<SDVariable> states) {}

  private MemoryCachingLayer() {}

  /**
   * Makes the unit.
   *
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE
   */
  public static LayerUnit unit(MemoryCachingLayout layout, Execution execution, DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "memory caching: data type is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
    if (execution != Execution.HOST) {
      return new MemoryCachingArray(layout, execution, dataType);
    }
    return dataType == DataType.DOUBLE
        ? new DoubleMemoryCaching(layout)
        : new FloatMemoryCaching(layout);
  }

  /**
   * Adds the layer to a graph.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T] or null
   * @param parameters in the order of the layout
   * @param states in the order of the layout, each null for the start; a null list for all
   */
  public static Result apply(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      MemoryCachingLayout layout) {
    SDVariable[] out =
        new MemoryCachingOp(sd, layout, x, mask, parameters, states).outputVariables();
    return new Result(out[0], Arrays.asList(out).subList(1, out.length));
  }
}
