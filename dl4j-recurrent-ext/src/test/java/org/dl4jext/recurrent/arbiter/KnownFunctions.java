package org.dl4jext.recurrent.arbiter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/** Searches over functions with a known best value, without any training. */
final class KnownFunctions {

  private KnownFunctions() {}

  /** Four numbers in [0,1] and one of five letters. */
  static final class Space extends AbstractParameterSpace<Map<String, Object>> {

    private final Map<String, ParameterSpace<?>> spaces = new HashMap<>();

    Space() {
      for (String name : List.of("a", "b", "c", "d")) {
        spaces.put(name, new ContinuousParameterSpace(0, 1));
      }
      spaces.put("e", new DiscreteParameterSpace<>("p", "q", "r", "s", "t"));
    }

    @Override
    public Map<String, Object> getValue(double[] values) {
      Map<String, Object> chosen = new HashMap<>();
      spaces.forEach((name, space) -> chosen.put(name, space.getValue(values)));
      return chosen;
    }

    @Override
    public int numParameters() {
      return spaces.size();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List<ParameterSpace> collectLeaves() {
      return new ArrayList<>(spaces.values());
    }

    @Override
    public boolean isLeaf() {
      return false;
    }

    @Override
    public void setIndices(int... indices) {
      throw new UnsupportedOperationException();
    }
  }

  /** A bowl whose lowest value is 0, with a step for each wrong letter. */
  static double bowl(Map<String, Object> at) {
    double distance = 0;
    double[] best = {0.2, 0.8, 0.4, 0.65};
    for (int i = 0; i < best.length; i++) {
      double off = (Double) at.get("abcd".substring(i, i + 1)) - best[i];
      distance += off * off;
    }
    return distance + 0.2 * Math.abs("pqrst".indexOf((String) at.get("e")) - 1);
  }

  static CandidateGenerator random(long seed) {
    CandidateGenerator random = new RandomSearchGenerator(new Space());
    random.setRngSeed(seed);
    return random;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> values(Candidate<?> candidate) {
    return (Map<String, Object>) candidate.getValue();
  }

  /** Reports a score for each of at most so many candidates, and returns the scores. */
  static List<Double> search(
      CandidateGenerator generator, int most, ToDoubleFunction<Candidate<?>> function) {
    List<Double> scores = new ArrayList<>();
    while (scores.size() < most && generator.hasMoreCandidates()) {
      Candidate<?> candidate = generator.getCandidate();
      double score = function.applyAsDouble(candidate);
      scores.add(score);
      generator.reportResults(
          new OptimizationResult(candidate, score, candidate.getIndex(), null, null, null));
    }
    return scores;
  }
}
