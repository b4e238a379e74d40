package org.dl4jext.recurrent.arbiter;

/** Ends the training of candidates that are not promising. Called by several threads. */
@FunctionalInterface
public interface StoppingRule {

  /**
   * Hears an intermediate score and says whether to stop.
   *
   * @param candidate number of the candidate
   * @param step number of its scores so far, this one included
   * @param score of the candidate now
   */
  boolean stops(int candidate, int step, double score);
}
