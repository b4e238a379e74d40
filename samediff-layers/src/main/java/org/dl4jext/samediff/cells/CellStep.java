package org.dl4jext.samediff.cells;

/**
 * One step of one element of a cell in double precision: the definition that every faster form is
 * tested against.
 */
interface CellStep {

  /**
   * Advances the states.
   *
   * @param pre pre-activations in the order of {@link CellKind#gateNames()}
   * @param before states in the order of {@link CellKind#states()}
   * @param after overwritten
   */
  void forward(double[] pre, double[] before, double[] after);

  /**
   * Differentiates the step.
   *
   * @param dAfter gradients of the states after the step
   * @param dPre overwritten
   * @param dBefore overwritten; leaves out what goes through the recurrent product
   */
  void backward(double[] pre, double[] before, double[] dAfter, double[] dPre, double[] dBefore);

  /** The step of a cell. */
  static CellStep of(CellSpec spec) {
    return switch (spec.kind()) {
      case ELMAN -> new ElmanStep(spec.activation());
      case LSTM -> new LstmStep(spec.gateActivation(), spec.activation());
      case GRU -> new GruStep();
      case SLSTM -> new SlstmStep();
    };
  }
}
