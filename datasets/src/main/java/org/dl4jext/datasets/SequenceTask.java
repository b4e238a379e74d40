package org.dl4jext.datasets;

import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * A synthetic task over token sequences. Implementations hold no random state: the same random
 * source draws the same examples.
 */
public interface SequenceTask extends Serializable {

  /** A name for tables and file names. */
  String name();

  /** Number of input tokens; tokens are 0 to this number - 1. */
  int tokens();

  /** Number of classes; labels are 0 to this number - 1. */
  int classes();

  /** The token that fills masked steps. */
  int padToken();

  /** The nearest length, not above the given one, that examples of this task can have. */
  int nearestLength(int length);

  /**
   * Draws one example.
   *
   * @param length number of steps, as returned by {@link #nearestLength}
   */
  TokenSequence draw(SplittableRandom random, int length);
}
