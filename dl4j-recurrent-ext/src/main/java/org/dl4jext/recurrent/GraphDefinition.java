package org.dl4jext.recurrent;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Mathematics of a layer in SameDiff operations, for a fixed number of steps.
 *
 * <p>A definition has to leave the states of a masked step as they were. Whatever a masked step
 * holds it never sees: such steps arrive as zeros, and their outputs and gradients are zeroed
 * outside the graph.
 */
@FunctionalInterface
public interface GraphDefinition {

  /**
   * Adds the operations to the graph.
   *
   * @param inputs what the graph reads
   * @return what it computes
   */
  Outputs define(Inputs inputs);

  /** Placeholders for inverted dropout, sampled once for each training iteration. */
  @FunctionalInterface
  interface Dropout {

    /**
     * A factor [N,shape]: 0 or 1/keepProbability while training, 1 otherwise. Forward and backward
     * pass of an iteration see the same sample.
     *
     * @param name unique within the graph
     * @param keepProbability in (0,1]
     * @param shape axes after the batch axis
     */
    SDVariable mask(String name, double keepProbability, long... shape);
  }

  /**
   * What the graph reads.
   *
   * @param sd the graph
   * @param x [N,T,nIn]
   * @param mask [N,T], 1 for valid steps and 0 for others; null where all are valid
   * @param parameters by name
   * @param states by name, [N,...] before the first step
   * @param steps T
   * @param dropout dropout inside the layer
   */
  record Inputs(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      Map<String, SDVariable> parameters,
      Map<String, SDVariable> states,
      long steps,
      Dropout dropout) {}

  /**
   * What the graph computes.
   *
   * @param y [N,T,nOut]
   * @param states by name, [N,...] after the last step
   * @param auxiliaryLoss scalar, the sum over the examples; or null
   */
  record Outputs(SDVariable y, Map<String, SDVariable> states, SDVariable auxiliaryLoss) {}
}
