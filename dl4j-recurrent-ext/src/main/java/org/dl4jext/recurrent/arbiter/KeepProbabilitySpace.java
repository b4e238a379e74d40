package org.dl4jext.recurrent.arbiter;

import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;

/**
 * Dropout by the probability that an activation is kept, for {@code iDropOut(..)} of any layer
 * space; unlike what {@code dropOut(..)} makes, it can be read back from JSON and YAML. A
 * probability of 1 is no dropout.
 */
public class KeepProbabilitySpace extends AbstractParameterSpace<IDropout> {

  private ParameterSpace<Double> keep;

  /** For JSON. */
  protected KeepProbabilitySpace() {}

  /**
   * Dropout that keeps an activation with a probability from a space.
   *
   * @param keep values above 0, at most 1
   */
  public KeepProbabilitySpace(ParameterSpace<Double> keep) {
    this.keep = keep;
  }

  @Override
  public IDropout getValue(double[] values) {
    double probability = keep.getValue(values);
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "keep probability is " + probability + "; allowed: above 0, at most 1");
    }
    return probability == 1 ? null : new Dropout(probability);
  }

  @Override
  public int numParameters() {
    return keep.numParameters();
  }

  @Override
  @SuppressWarnings("rawtypes") // as Arbiter declares it
  public List<ParameterSpace> collectLeaves() {
    return keep.collectLeaves();
  }

  @Override
  public boolean isLeaf() {
    return false;
  }

  @Override
  public void setIndices(int... indices) {
    throw new UnsupportedOperationException("indices belong to the leaves of a space");
  }

  @Override
  public String toString() {
    return "KeepProbabilitySpace(" + keep + ")";
  }
}
