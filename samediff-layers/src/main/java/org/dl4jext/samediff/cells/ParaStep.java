package org.dl4jext.samediff.cells;

/**
 * One step of one element of a cell with diagonal recurrence, in double precision: the shortest
 * readable form. States are h, and c of the LSTM.
 */
sealed interface ParaStep permits ParaGruStep, ParaLstmStep {

  static ParaStep of(ParaKind kind) {
    return switch (kind) {
      case GRU -> new ParaGruStep();
      case LSTM -> new ParaLstmStep();
    };
  }

  /**
   * The states after the step.
   *
   * @param p projected inputs of the three gates
   * @param w A of the three gates, then C of the peepholes
   */
  double[] forward(double[] p, double[] w, double[] before);

  /**
   * The Jacobian [after][before].
   *
   * @param now states at which the output gate is linearised: those after the step for the exact
   *     Jacobian, those of the current iterate in Newton iterations
   */
  double[][] jacobian(double[] p, double[] w, double[] before, double[] now);

  /**
   * Gradients of p and w.
   *
   * @param dAfter gradient of the states after the step
   * @param dp overwritten
   * @param dw added to
   */
  void backward(double[] p, double[] w, double[] before, double[] dAfter, double[] dp, double[] dw);
}
