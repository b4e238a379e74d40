package org.dl4jext.datasets;

import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * A synthetic task of graded difficulty whose steps are sums of a few one-hot vectors.
 * Implementations hold no random state: the same random source draws the same examples.
 */
public interface ReasoningTask extends Serializable {

  /** A name for tables and file names. */
  String name();

  /** Channels of a step. */
  int channels();

  /** Number of classes; labels are 0 to this number - 1. */
  int classes();

  /** The least and the greatest difficulty that examples can have. */
  int[] difficulties();

  /**
   * Draws one example.
   *
   * @param difficulty hops, symbols, digits or facts
   * @throws IllegalArgumentException if the task has no such examples
   */
  ReasoningExample draw(SplittableRandom random, int difficulty);

  /** Refuses a difficulty that the task does not have. */
  default void requireDifficulty(int difficulty) {
    int[] range = difficulties();
    if (difficulty < range[0] || difficulty > range[1]) {
      throw new IllegalArgumentException(
          name() + ": difficulty is " + difficulty + "; allowed: " + range[0] + " to " + range[1]);
    }
  }
}
