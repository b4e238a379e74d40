package org.dl4jext.recurrent.arbiter;

import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * At most so many candidates of another generator, without those whose values do not go together:
 * these are dropped before anything is trained, and counted.
 *
 * <p>Candidates are numbered from 0 without gaps, so a number and the seed of a generator that does
 * not adapt say which candidate it is. Calls are serialised.
 */
public final class ValidCandidates extends ForwardingGenerator<CandidateGenerator> {

  /** Rejections in a row after which the space is taken to have nothing valid left. */
  static final int MOST_REJECTED_IN_A_ROW = 10_000;

  private final int limit;
  private int given;
  private int rejected;
  private Candidate<?> next;
  private Exception lastRejection;

  /**
   * Candidates of {@code source}.
   *
   * @param source where candidates come from
   * @param limit most candidates, at least 1
   */
  @JsonCreator
  public ValidCandidates(
      @JsonProperty("source") CandidateGenerator source, @JsonProperty("limit") int limit) {
    super(source);
    if (limit < 1) {
      throw new IllegalArgumentException("limit is " + limit + "; allowed: 1 and more");
    }
    this.limit = limit;
  }

  /** How many candidates were dropped so far because their values do not go together. */
  public synchronized int rejected() {
    return rejected;
  }

  /** Why the last one was dropped, or null. */
  public synchronized Exception lastRejection() {
    return lastRejection;
  }

  @Override
  public synchronized boolean hasMoreCandidates() {
    int inARow = 0;
    while (given < limit && next == null && source().hasMoreCandidates()) {
      Candidate<?> candidate = source().getCandidate();
      if (candidate.getException() == null) {
        next = candidate;
      } else {
        rejected++;
        lastRejection = candidate.getException();
        if (++inARow == MOST_REJECTED_IN_A_ROW) {
          return false;
        }
      }
    }
    return next != null;
  }

  /**
   * The next valid candidate.
   *
   * @throws IllegalStateException if there is none
   */
  @Override
  public synchronized Candidate<?> getCandidate() {
    if (!hasMoreCandidates()) {
      throw new IllegalStateException(
          "no valid candidate left; " + rejected + " were rejected, the last: " + lastRejection);
    }
    next.setIndex(given++);
    Candidate<?> candidate = next;
    next = null;
    return candidate;
  }

  @Override
  public String toString() {
    return "ValidCandidates(" + source() + ", limit " + limit + ")";
  }
}
