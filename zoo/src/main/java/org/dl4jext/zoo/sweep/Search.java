package org.dl4jext.zoo.sweep;

import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.dl4jext.recurrent.arbiter.SuccessiveHalving;
import org.dl4jext.recurrent.arbiter.TpeGenerator;
import org.dl4jext.recurrent.arbiter.ValidCandidates;

/**
 * How candidates are chosen.
 *
 * @param kind of the search
 * @param gridValues values of a range in a grid
 * @param eta with halving, one of so many candidates goes on
 * @param rounds of halving
 */
public record Search(Kind kind, int gridValues, int eta, int rounds) {

  private static final int TPE_RANDOM = 10;
  private static final int GRID_VALUES = 3;
  private static final int ETA = 4;
  private static final int ROUNDS = 2;

  /** The searches that there are. */
  public enum Kind {
    /** Each at random: a candidate is a function of seed and number. */
    RANDOM,
    /** Every combination. */
    GRID,
    /** Arbiter's genetic search, which draws its random numbers without a seed. */
    GENETIC,
    /** Tree-structured Parzen estimator. */
    TPE,
    /** Successive halving of random candidates. */
    HALVING
  }

  /** A search with its usual settings. */
  static Search of(Kind kind) {
    return new Search(kind, GRID_VALUES, ETA, ROUNDS);
  }

  /** The search that a space file asks for; settings of other searches are left unread. */
  static Search read(SpaceSettings settings) {
    Search usual = of(settings.constant("search", Kind.RANDOM));
    return switch (usual.kind) {
      case GRID ->
          new Search(usual.kind, settings.whole("gridValues", GRID_VALUES, 2, 1000), ETA, ROUNDS);
      case HALVING ->
          new Search(
              usual.kind,
              GRID_VALUES,
              settings.whole("eta", ETA, 2, 1000),
              settings.whole("rounds", ROUNDS, 2, 20));
      default -> usual;
    };
  }

  /**
   * The source of the candidates.
   *
   * @param candidates at most so many, with halving in the first round
   * @throws IllegalArgumentException if there are too few candidates for the search
   */
  CandidateGenerator candidates(SweepSpace space, ScoreFunction score, int candidates, long seed) {
    CandidateGenerator random = new RandomSearchGenerator(space);
    CandidateGenerator generator =
        switch (kind) {
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
          case HALVING -> new SuccessiveHalving(random, candidates, eta, rounds, score.minimize());
        };
    generator.setRngSeed(seed);
    return generator;
  }

  /** How many trainings there are for so many candidates. */
  public int trainings(int candidates) {
    if (kind != Kind.HALVING) {
      return candidates;
    }
    int sum = 0;
    int round = candidates;
    for (int i = 0; i < rounds; i++) {
      sum += round;
      round = (round + eta - 1) / eta;
    }
    return sum;
  }
}
