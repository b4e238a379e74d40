package org.dl4jext.zoo.sweep;

import java.util.Map;

/**
 * One finished training of a sweep.
 *
 * @param candidate its number
 * @param status how it ended
 * @param score null where it failed
 * @param parameters the values of the parameters that count
 * @param values the same in the unit interval, as the search knows them
 * @param seed of all its random numbers
 * @param share of the full training that it was given
 * @param steps of training
 * @param seconds of training and scoring
 * @param started seconds since the sweep was first started
 * @param hasModel whether it can be the winner
 * @param failure what went wrong, or null
 */
public record JournalEntry(
    int candidate,
    Status status,
    Double score,
    Map<String, Object> parameters,
    double[] values,
    long seed,
    double share,
    int steps,
    double seconds,
    double started,
    boolean hasModel,
    String failure) {

  /** How a training ended. */
  public enum Status {
    /** With all its steps. */
    COMPLETE,
    /** By the time limit of a candidate. */
    TIME_LIMIT,
    /** By median stopping. */
    STOPPED,
    /** With an exception or a score that is not a number. */
    FAILED
  }

  /** Whether this is the better winner; of equal scores the lower number is. */
  boolean beats(JournalEntry other, boolean minimize) {
    if (!hasModel || other == null) {
      return hasModel;
    }
    int order = Double.compare(score, other.score());
    return order == 0 ? candidate < other.candidate() : (order < 0) == minimize;
  }
}
