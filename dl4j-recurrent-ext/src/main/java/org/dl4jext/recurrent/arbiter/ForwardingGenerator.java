package org.dl4jext.recurrent.arbiter;

import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/**
 * A generator of the candidates of another one; all that it does not override goes to that one.
 *
 * @param <G> the other one
 */
public abstract class ForwardingGenerator<G extends CandidateGenerator>
    implements CandidateGenerator {

  private final G source;

  /**
   * Candidates of {@code source}.
   *
   * @param source where candidates come from
   */
  protected ForwardingGenerator(G source) {
    this.source = source;
  }

  /** Where candidates come from. */
  protected final G source() {
    return source;
  }

  @Override
  public synchronized void reportResults(OptimizationResult result) {
    source.reportResults(result);
  }

  @Override
  public ParameterSpace<?> getParameterSpace() {
    return source.getParameterSpace();
  }

  @Override
  public void setRngSeed(long seed) {
    source.setRngSeed(seed);
  }

  @Override
  public Class<?> getCandidateType() {
    return source.getCandidateType();
  }
}
