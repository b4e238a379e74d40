package org.dl4jext.samediff.cells;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One step of a cell for a whole batch by array operations; {@link CellStep} is its slow form.
 * Arrays are [N,H*D]; lists of gates and states are in the order of {@link CellKind}.
 */
interface ArrayCell {

  /** The states after a step. */
  INDArray[] forward(INDArray[] pre, INDArray[] before);

  /**
   * Differentiates a step.
   *
   * @param pre pre-activations
   * @param dAfter gradients of the states after the step
   * @param dPre overwritten by new arrays
   * @return gradients of the states before the step, without the recurrent product; null for zero
   */
  INDArray[] backward(
      INDArray[] pre, INDArray[] before, INDArray[] after, INDArray[] dAfter, INDArray[] dPre);

  /** The array form of a cell. */
  static ArrayCell of(CellSpec spec) {
    return switch (spec.kind()) {
      case ELMAN -> new ArrayElman(spec.activation());
      case LSTM -> new ArrayLstm(spec.gateActivation(), spec.activation());
      case GRU -> new ArrayGru();
      case SLSTM -> new ArraySlstm();
    };
  }
}
