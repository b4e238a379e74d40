package org.dl4jext.recurrent.arbiter;

import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/**
 * Ends a search when its generator has no more candidates and none is being trained. Unlike {@code
 * MaxCandidatesCondition} it starts no extra candidates when several train at once; the generator
 * has to be a finite one, such as {@link ValidCandidates}.
 */
public final class GeneratorExhausted implements TerminationCondition {

  @Override
  public void initialize(IOptimizationRunner runner) {}

  @Override
  public boolean terminate(IOptimizationRunner runner) {
    return runner.numCandidatesQueued() == 0
        && !runner.getConfiguration().getCandidateGenerator().hasMoreCandidates();
  }

  @Override
  public String toString() {
    return "GeneratorExhausted()";
  }
}
