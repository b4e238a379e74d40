package org.dl4jext.samediff;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Steps of several streams by the step kernel of a {@link LayerUnit}, with ND4J arrays at both ends
 * and the states in the kernel. Not thread-safe.
 *
 * <p>The kernel works on copies of the parameters. They are compared with the given ones before
 * each step, so a step follows the parameters as they are.
 */
public interface StepSession {

  /**
   * A session with zero states, or null where the unit has no step kernel.
   *
   * @param type FLOAT or DOUBLE
   * @param parameters one array for each of the unit's parameters
   * @param x an input as {@link #step} takes them, whose size(0) is the number of streams
   */
  static StepSession of(LayerUnit unit, DataType type, INDArray[] parameters, INDArray x) {
    int streams = Math.toIntExact(x.size(0));
    int inputs = Math.toIntExact(x.length());
    return switch (type) {
      case FLOAT ->
          FloatStepSession.of(unit, p -> unit.floatStepKernel(p, streams), parameters, inputs);
      case DOUBLE ->
          DoubleStepSession.of(unit, p -> unit.doubleStepKernel(p, streams), parameters, inputs);
      default ->
          throw new IllegalArgumentException(
              "step session: type is " + type + "; allowed: FLOAT, DOUBLE");
    };
  }

  /** Number of streams. */
  int streams();

  /**
   * Advances every stream by one step.
   *
   * @param parameters one array for each of the unit's parameters
   * @param x streams * nIn elements in c order, of any shape; only read
   * @param y streams * nOut elements, of any shape; overwritten
   */
  void step(INDArray[] parameters, INDArray x, INDArray y);

  /** Copies the states [streams,...] out, in the order of {@link LayerUnit#states()}. */
  void readStates(INDArray[] to);

  /**
   * Copies states in.
   *
   * @param from one array [streams,...] for each state; null for zeros
   */
  void writeStates(INDArray[] from);
}
