package org.dl4jext.zoo.sweep;

import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.dl4jext.recurrent.arbiter.SuccessiveHalving;
import org.dl4jext.recurrent.arbiter.TpeGenerator;
import org.dl4jext.recurrent.arbiter.ValidCandidates;

/** How candidates are chosen. */
public enum Search {
  /** Each at random: a candidate is a function of seed and number. */
  RANDOM,
  /** Every combination. */
  GRID,
  /** Arbiter's genetic search, which draws its random numbers without a seed. */
  GENETIC,
  /** Tree-structured Parzen estimator. */
  TPE,
  /** Successive halving of random candidates: one of three goes on, three rounds. */
  HALVING;

  private static final int TPE_RANDOM = 10;
  private static final int ETA = 3;
  private static final int ROUNDS = 3;

  /**
   * A new search.
   *
   * @param candidates at most so many, with halving in the first round
   * @param gridValues values of a range in a grid
   * @throws IllegalArgumentException if there are too few candidates for the search
   */
  CandidateGenerator of(
      SweepSpace space, ScoreFunction score, int candidates, int gridValues, long seed) {
    CandidateGenerator random = new RandomSearchGenerator(space);
    CandidateGenerator generator =
        switch (this) {
          case RANDOM -> new ValidCandidates(random, candidates);
          case GRID ->
              new ValidCandidates(
                  new GridSearchCandidateGenerator(
                      space, gridValues, GridSearchCandidateGenerator.Mode.Sequential, null),
                  candidates);
          case GENETIC ->
              new ValidCandidates(
                  new GeneticSearchCandidateGenerator.Builder(space, score).build(), candidates);
          case TPE ->
              new ValidCandidates(
                  new TpeGenerator(space, score.minimize(), TPE_RANDOM), candidates);
          case HALVING -> new SuccessiveHalving(random, candidates, ETA, ROUNDS, score.minimize());
        };
    generator.setRngSeed(seed);
    return generator;
  }

  /** How many trainings there are for so many candidates. */
  public int trainings(int candidates) {
    if (this != HALVING) {
      return candidates;
    }
    int sum = 0;
    int round = candidates;
    for (int i = 0; i < ROUNDS; i++) {
      sum += round;
      round = (round + ETA - 1) / ETA;
    }
    return sum;
  }
}
