package org.dl4jext.samediff;

import java.util.List;

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
}
