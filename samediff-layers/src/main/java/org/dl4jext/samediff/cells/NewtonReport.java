package org.dl4jext.samediff.cells;

/**
 * How the Newton iterations of the last forward pass ended.
 *
 * @param iterations that were run
 * @param residual max over all steps of |h - f(h before, x)| after them; NaN or infinity if they
 *     diverged
 * @param fallback whether the sequential form computed the result, because the residual was above
 *     the tolerance or not finite
 */
public record NewtonReport(int iterations, double residual, boolean fallback) {

  static NewtonReport of(ParaSpec spec, double residual) {
    boolean converged = Double.isFinite(residual) && residual <= spec.tolerance();
    return new NewtonReport(spec.maxIterations(), residual, !converged);
  }
}
