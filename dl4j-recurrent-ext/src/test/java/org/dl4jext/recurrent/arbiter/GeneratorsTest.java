package org.dl4jext.recurrent.arbiter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.junit.jupiter.api.Test;

/** Adaptive searches beside random search on functions with a known best value. */
class GeneratorsTest {

  private static final long[] SEEDS = {1, 2, 3, 4, 5};

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double bowl(Candidate<?> candidate) {
    return KnownFunctions.bowl(KnownFunctions.values(candidate));
  }

  @Test
  void tpeFindsBetterValuesThanRandomSearchWithTheSameNumberOfCandidates() {
    List<Double> random = new ArrayList<>();
    List<Double> tpe = new ArrayList<>();
    for (long seed : SEEDS) {
      random.add(
          Collections.min(
              KnownFunctions.search(KnownFunctions.random(seed), 80, GeneratorsTest::bowl)));
      CandidateGenerator generator = new TpeGenerator(new KnownFunctions.Space(), true, 15);
      generator.setRngSeed(seed);
      tpe.add(Collections.min(KnownFunctions.search(generator, 80, GeneratorsTest::bowl)));
    }
    assertTrue(median(tpe) < 0.5 * median(random), tpe + " against " + random);
  }

  @Test
  void tpeMaximisesWhereLargerIsBetter() {
    CandidateGenerator generator = new TpeGenerator(new KnownFunctions.Space(), false, 15);
    generator.setRngSeed(1);
    List<Double> scores = KnownFunctions.search(generator, 80, c -> -bowl(c));
    double early = scores.subList(0, 15).stream().mapToDouble(s -> s).average().orElseThrow();
    double late = scores.subList(65, 80).stream().mapToDouble(s -> s).average().orElseThrow();
    assertTrue(late > early + 0.2, late + " after " + early);
  }

  @Test
  void tpeRepeatsItselfWithTheSameSeedAndResults() {
    List<List<Double>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      CandidateGenerator generator = new TpeGenerator(new KnownFunctions.Space(), true, 5);
      generator.setRngSeed(9);
      runs.add(KnownFunctions.search(generator, 20, GeneratorsTest::bowl));
    }
    assertEquals(runs.get(0), runs.get(1));
  }

  /**
   * With a share of the training the score is off by what is missing, more for some than others.
   */
  private static double partlyTrained(Candidate<?> candidate) {
    double missing = 1 - Budget.of(candidate).share();
    double slowness = (Double) KnownFunctions.values(candidate).get("a");
    return bowl(candidate) + missing * (1 + 0.2 * slowness);
  }

  @Test
  void halvingFindsTheBestOfRandomSearchWithAThirdOfTheTraining() {
    for (long seed : SEEDS) {
      double best =
          Collections.min(
              KnownFunctions.search(KnownFunctions.random(seed), 27, GeneratorsTest::bowl));
      double[] spent = {0};
      var halving = new SuccessiveHalving(KnownFunctions.random(seed), 27, 3, 3, true);
      List<Double> scores =
          KnownFunctions.search(
              halving,
              1000,
              candidate -> {
                spent[0] += Budget.of(candidate).share();
                return partlyTrained(candidate);
              });
      assertEquals(27 + 9 + 3, scores.size());
      assertEquals(9, spent[0], 1e-9);
      assertEquals(best, Collections.min(scores), 1e-9, "seed " + seed);
    }
  }

  @Test
  void aCandidateThatGoesOnKeepsItsValuesAndItsSeed() {
    var halving = new SuccessiveHalving(KnownFunctions.random(3), 4, 2, 2, true);
    Map<Integer, double[]> values = new HashMap<>();
    KnownFunctions.search(
        halving,
        100,
        candidate -> {
          int origin = Budget.of(candidate).origin();
          double[] first = values.putIfAbsent(origin, candidate.getFlatParameters());
          if (candidate.getIndex() >= 4) {
            assertArrayEquals(first, candidate.getFlatParameters());
            assertEquals(1, Budget.of(candidate).share());
          } else {
            assertEquals(0.5, Budget.of(candidate).share());
          }
          return bowl(candidate);
        });
    assertEquals(4, values.size());
  }

  @Test
  void aRoundWaitsForTheOneBefore() {
    var halving = new SuccessiveHalving(KnownFunctions.random(3), 2, 2, 2, true);
    Candidate<?> first = halving.getCandidate();
    Candidate<?> second = halving.getCandidate();
    assertFalse(halving.hasMoreCandidates());
    assertThrows(IllegalStateException.class, halving::getCandidate);
    report(halving, first, 2.0);
    assertFalse(halving.hasMoreCandidates());
    report(halving, second, 1.0);
    assertTrue(halving.hasMoreCandidates());
    assertEquals(1, Budget.of(halving.getCandidate()).origin());
    assertFalse(halving.hasMoreCandidates());
  }

  private static void report(CandidateGenerator generator, Candidate<?> candidate, Double score) {
    generator.reportResults(
        new OptimizationResult(candidate, score, candidate.getIndex(), null, null, null));
  }

  @Test
  void aCandidateWithoutAScoreDoesNotGoOn() {
    var halving = new SuccessiveHalving(KnownFunctions.random(3), 2, 2, 2, true);
    Candidate<?> first = halving.getCandidate();
    Candidate<?> second = halving.getCandidate();
    report(halving, first, null);
    report(halving, second, 5.0);
    assertEquals(1, Budget.of(halving.getCandidate()).origin());
  }

  /** Curves that fall to the value of the bowl. */
  @Test
  void medianStoppingSavesStepsAndKeepsTheBest() {
    for (long seed : SEEDS) {
      var rule = new MedianStopping(true, 4, 5);
      int[] steps = {0};
      List<Double> full = new ArrayList<>();
      List<Double> reached =
          KnownFunctions.search(
              KnownFunctions.random(seed),
              40,
              candidate -> {
                double last = bowl(candidate);
                full.add(last);
                double score = Double.NaN;
                boolean stopped = false;
                for (int step = 1; step <= 20 && !stopped; step++) {
                  score = last + Math.pow(0.5, step);
                  steps[0]++;
                  stopped = rule.stops(candidate.getIndex(), step, score);
                }
                return score;
              });
      assertTrue(steps[0] < 0.8 * 40 * 20, "seed " + seed + ": " + steps[0] + " steps");
      assertEquals(Collections.min(full), Collections.min(reached), 1e-5, "seed " + seed);
    }
  }

  @Test
  void medianStoppingWaitsForOthersAndForItsFirstStep() {
    var rule = new MedianStopping(false, 2, 2);
    assertFalse(rule.stops(0, 1, 0.9));
    assertFalse(rule.stops(0, 2, 0.9));
    assertFalse(rule.stops(1, 1, 0.9));
    assertFalse(rule.stops(1, 2, 0.9));
    assertFalse(rule.stops(2, 1, 0.1));
    assertTrue(rule.stops(2, 2, 0.1));
    assertFalse(rule.stops(3, 1, 0.95));
    assertFalse(rule.stops(3, 2, 0.1));
  }

  @Test
  void seedsOfCandidatesDiffer() {
    long distinct =
        IntStream.range(0, 1000).mapToLong(i -> CandidateSeed.of(1, i)).distinct().count();
    assertEquals(1000, distinct);
    assertTrue(CandidateSeed.of(1, 5) != CandidateSeed.of(2, 5));
  }
}
