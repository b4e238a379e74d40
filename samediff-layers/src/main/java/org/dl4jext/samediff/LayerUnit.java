package org.dl4jext.samediff;

import java.util.List;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A whole sequence layer as one {@link DifferentiableUnit}.
 *
 * <p>Inputs, in order: {@code x} [N,T,nIn]; {@code mask} [N,T] or null; one array for each of
 * {@link #parameters()}; one array [N,...] (or null for zeros) for each of {@link #states()}.
 * Outputs: {@code y} [N,T,nOut]; one array [N,...] for each state after the last step. A
 * channels-first array enters as a permuted view.
 *
 * <p>A masked step (mask 0) leaves the states as they were and outputs 0; whatever it holds, NaN
 * included, cannot be seen in any output or gradient, and its input gradient is 0.
 */
public interface LayerUnit extends DifferentiableUnit {

  /** Index of the first parameter among the inputs. */
  int FIRST_PARAMETER = 2;

  /** Names and shapes of the parameters. */
  List<TensorShape> parameters();

  /** Names and shapes of the states; empty for a layer that carries nothing. */
  List<TensorShape> states();

  /** Size of the last axis of y. */
  long outputSize();

  /**
   * Shapes [N,...] of the states after a forward pass. They are those of {@link #states()} unless
   * one of these grows with the sequence.
   *
   * @param inputs of the pass
   */
  default List<long[]> stateShapes(INDArray[] inputs) {
    return states().stream().map(state -> state.withBatch(inputs[0].size(0))).toList();
  }

  /**
   * Whether a forward pass that keeps nothing may find one array as a state before and after it.
   * The unit then writes what changes only, which saves copies of large states.
   */
  default boolean updatesStates() {
    return false;
  }

  /**
   * Sum over the examples of the auxiliary loss of the last forward pass, 0 where the layer has
   * none. {@link #backward} adds its gradient.
   */
  default double auxiliaryLoss() {
    return 0;
  }

  /**
   * A float kernel that steps this layer, or null where the layer has none (then a step is a
   * forward pass with T = 1).
   *
   * @param parameters one array for each of {@link #parameters()}; copied
   * @param streams number of independent streams, at least 1
   */
  default FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return null;
  }

  /** The double twin of {@link #floatStepKernel}. */
  default DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return null;
  }
}
