package org.dl4jext.zoo.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/**
 * Named parameters with their spaces, as one Arbiter space whose values are maps. Of a candidate
 * only the parameters that count are kept; values that do not go together are refused.
 */
public final class SweepSpace extends AbstractParameterSpace<Map<String, Object>> {

  private final SweepTask task;
  private final Map<String, Object> fixed;
  private final Map<String, ParameterSpace<?>> varying;

  SweepSpace(SweepTask task, Map<String, Object> fixed, Map<String, ParameterSpace<?>> varying) {
    this.task = task;
    this.fixed = new LinkedHashMap<>(fixed);
    this.varying = new LinkedHashMap<>(varying);
  }

  /** The parameters that vary, in the order of the file. */
  Map<String, ParameterSpace<?>> varying() {
    return varying;
  }

  @Override
  public Map<String, Object> getValue(double[] values) {
    Map<String, Object> all = new LinkedHashMap<>(fixed);
    varying.forEach((name, space) -> all.put(name, task.convert(name, space.getValue(values))));
    Map<String, Object> counting = new LinkedHashMap<>(all);
    counting.keySet().removeIf(name -> !task.counts(name, all));
    task.check(counting);
    return counting;
  }

  @Override
  public int numParameters() {
    return varying.size();
  }

  @Override
  @SuppressWarnings("rawtypes") // as Arbiter declares it
  public List<ParameterSpace> collectLeaves() {
    return new ArrayList<>(varying.values());
  }

  @Override
  public boolean isLeaf() {
    return false;
  }

  @Override
  public void setIndices(int... indices) {
    throw new UnsupportedOperationException("indices belong to the leaves of a space");
  }
}
