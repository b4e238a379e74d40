package org.dl4jext.samediff.universal;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One execution of the Universal Transformer, without checks.
 *
 * <p>Inputs: x [N,T,nIn]; mask [N,T] or null; the parameters of the layout; its states, each
 * [N,...] or null for zeros; with a memory, this [N,M,Dm] and its mask [N,M] or null. Outputs: y
 * [N,T,D]; the states. Steps and remainders of halting are given for each position [N,T], 0 where a
 * position is absent.
 */
abstract class UniversalCore {

  final UniversalLayout layout;
  final UniversalSpec spec;
  final DataType type;

  /** The last pass, kept or not. */
  UniversalPass pass;

  /** Steps that each position ran, in c order [N,T]. */
  double[] updates;

  /** Remainders, in c order [N,T]. */
  double[] remainders;

  UniversalCore(UniversalLayout layout, DataType type) {
    this.layout = layout;
    this.spec = layout.spec();
    this.type = type;
  }

  /** Plans a pass, then computes it. */
  final void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    pass = UniversalPass.of(layout, inputs, carries(outputs), keep);
    updates = new double[pass.batch() * pass.steps()];
    remainders = new double[pass.batch() * pass.steps()];
    compute(inputs, outputs, keep);
  }

  private static boolean carries(INDArray[] outputs) {
    for (int i = 1; i < outputs.length; i++) {
      if (outputs[i] != null) {
        return true;
      }
    }
    return false;
  }

  /** Overwrites the outputs and fills updates and remainders. */
  abstract void compute(INDArray[] inputs, INDArray[] outputs, boolean keep);

  /**
   * The backward pass of the last kept forward pass.
   *
   * @param outputGradients of y and of the states; null for zero
   * @param remainderGradients of the remainders, [N,T] in c order
   */
  abstract void backward(
      INDArray[] inputs,
      INDArray[] outputGradients,
      double[] remainderGradients,
      INDArray[] inputGradients);

  /** Number of steps that the last pass computed for at least one position. */
  abstract int computedSteps();
}
