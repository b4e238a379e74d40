package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Spec;

/**
 * Options of the GRU with a diagonal recurrence.
 *
 * @param heads number of diagonal blocks of the input matrix
 * @param evaluation SEQUENTIAL, or NEWTON for devices with many units
 * @param maxIterations number of Newton iterations
 * @param tolerance largest residual with which the Newton iterations count as converged
 */
public record ParaGruSpec(int heads, ParaEvaluation evaluation, int maxIterations, double tolerance)
    implements ParaSpec, Spec<ParaGruSpec> {

  public ParaGruSpec {
    ParaSpec.require("ParaGruSpec", heads, evaluation, maxIterations, tolerance);
  }

  /** One step after the other. */
  public static ParaGruSpec ofHeads(int heads) {
    return new ParaGruSpec(heads, ParaEvaluation.SEQUENTIAL, DEFAULT_ITERATIONS, DEFAULT_TOLERANCE);
  }

  public ParaGruSpec withEvaluation(ParaEvaluation evaluation) {
    return with("evaluation", evaluation);
  }

  public ParaGruSpec withMaxIterations(int maxIterations) {
    return with("maxIterations", maxIterations);
  }

  public ParaGruSpec withTolerance(double tolerance) {
    return with("tolerance", tolerance);
  }

  @Override
  public ParaKind kind() {
    return ParaKind.GRU;
  }
}
