package org.dl4jext.recurrent.arbiter;

import java.io.Serializable;

/**
 * How a candidate was trained: {@code getModelSpecificResults()} of its result.
 *
 * @param seed of its parameters and of all random numbers of its training
 * @param epochs that were begun
 * @param batches that were trained
 * @param seconds of training and scoring
 * @param ending why training ended
 */
public record CandidateRun(long seed, int epochs, int batches, double seconds, Ending ending)
    implements Serializable {

  /** Why training ended. */
  public enum Ending {
    /** All epochs were done. */
    EPOCHS,
    /** The early stopping of the space. */
    EARLY_STOPPING,
    /** The time limit of a candidate. */
    TIME_LIMIT,
    /** A {@link StoppingRule}. */
    STOPPING_RULE
  }
}
