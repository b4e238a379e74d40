package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of adaptive computation time.
 *
 * @param maxSteps N, at most so many steps
 * @param epsilon a position halts when its probabilities sum to more than 1 - epsilon
 * @param actType how the states become the output
 * @param forceRemainder whether who still runs at the last step halts there with the remainder
 */
public record HaltingSpec(int maxSteps, double epsilon, ActType actType, boolean forceRemainder)
    implements Spec<HaltingSpec> {

  /** Largest number of steps. */
  public static final int MAX_STEPS = 1000;

  public HaltingSpec {
    SpecOption.requireIn("HaltingSpec", "maxSteps", maxSteps, 1, MAX_STEPS);
    UniversalOption.requireHalting("HaltingSpec", epsilon, actType);
  }
}
