package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.SpecOption;

/** Options of a cell with diagonal recurrence. */
public sealed interface ParaSpec permits ParaGruSpec, ParaLstmSpec {

  /** Iterations of the published code. */
  int DEFAULT_ITERATIONS = 3;

  /** Residual that counts as converged, in FLOAT too. */
  double DEFAULT_TOLERANCE = 1e-5;

  /** The most iterations that may be asked for. */
  int MAX_ITERATIONS = 1000;

  /** The recurrence. */
  ParaKind kind();

  /** Number of diagonal blocks of the input matrix. */
  int heads();

  /** How the steps are computed. */
  ParaEvaluation evaluation();

  /** Number of Newton iterations; 0 is the first guess alone. */
  int maxIterations();

  /**
   * The largest residual, max over all steps of |h - f(h before, x)|, with which the result of the
   * Newton iterations is taken; with a larger one, or one that is not finite, the sequential form
   * computes the result.
   */
  double tolerance();

  /** Refuses values out of range. */
  static void require(
      String spec, int heads, ParaEvaluation evaluation, int maxIterations, double tolerance) {
    CellSpec.requireHeads(spec, heads);
    if (evaluation == null) {
      throw SpecOption.invalid(spec, "evaluation", null, "SEQUENTIAL, NEWTON");
    }
    SpecOption.requireIn(spec, "maxIterations", maxIterations, 0, MAX_ITERATIONS);
    if (!(tolerance > 0)) {
      throw SpecOption.invalid(spec, "tolerance", tolerance, "above 0, infinity included");
    }
  }
}
