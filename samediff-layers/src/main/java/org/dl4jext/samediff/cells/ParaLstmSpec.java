package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Spec;

/**
 * Options of the LSTM with a diagonal recurrence, coupled input and forget gates, and peepholes.
 *
 * @param heads number of diagonal blocks of the input matrix
 * @param evaluation SEQUENTIAL, or NEWTON for devices with many units
 * @param maxIterations number of Newton iterations
 * @param tolerance largest residual with which the Newton iterations count as converged
 */
public record ParaLstmSpec(
    int heads, ParaEvaluation evaluation, int maxIterations, double tolerance)
    implements ParaSpec, Spec<ParaLstmSpec> {

  public ParaLstmSpec {
    ParaSpec.require("ParaLstmSpec", heads, evaluation, maxIterations, tolerance);
  }

  /** One step after the other. */
  public static ParaLstmSpec ofHeads(int heads) {
    return new ParaLstmSpec(
        heads, ParaEvaluation.SEQUENTIAL, DEFAULT_ITERATIONS, DEFAULT_TOLERANCE);
  }

  public ParaLstmSpec withEvaluation(ParaEvaluation evaluation) {
    return with("evaluation", evaluation);
  }

  public ParaLstmSpec withMaxIterations(int maxIterations) {
    return with("maxIterations", maxIterations);
  }

  public ParaLstmSpec withTolerance(double tolerance) {
    return with("tolerance", tolerance);
  }

  @Override
  public ParaKind kind() {
    return ParaKind.LSTM;
  }
}
