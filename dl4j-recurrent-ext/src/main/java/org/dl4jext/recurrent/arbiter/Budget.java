package org.dl4jext.recurrent.arbiter;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;

/**
 * How much of the full training a candidate gets, and which candidate it continues.
 *
 * @param share of the full training, above 0, at most 1
 * @param origin number of the candidate that first had these values; its seed is used again
 */
public record Budget(double share, int origin) {

  private static final String SHARE = "budget";
  private static final String ORIGIN = "origin";

  public Budget {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + "; allowed: above 0, at most 1");
    }
  }

  /** The budget of a candidate: all, unless its generator says otherwise. */
  public static Budget of(Candidate<?> candidate) {
    Map<String, Object> parameters = candidate.getDataParameters();
    if (parameters == null || !parameters.containsKey(SHARE)) {
      return new Budget(1, candidate.getIndex());
    }
    return new Budget((Double) parameters.get(SHARE), (Integer) parameters.get(ORIGIN));
  }

  /** A share of a number of steps or epochs, at least 1. */
  public int of(int steps) {
    return Math.max(1, (int) Math.round(share * steps));
  }

  /** Data parameters that carry this budget beside others. */
  Map<String, Object> addTo(Map<String, Object> dataParameters) {
    Map<String, Object> with =
        dataParameters == null ? new HashMap<>() : new HashMap<>(dataParameters);
    with.put(SHARE, share);
    with.put(ORIGIN, origin);
    return with;
  }
}
