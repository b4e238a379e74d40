package org.dl4jext.recurrent.arbiter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.util.LeafUtils;

/**
 * Tree-structured Parzen estimator: models the values of the best 15 % of the candidates, l, and of
 * the others, g, as products over the parameters, and proposes what has the largest l / g among
 * draws from l.
 *
 * <p>Continuous and whole numbers have densities in the unit interval that Arbiter maps to their
 * range (a mixture of truncated normals with a uniform one), discrete ones smoothed frequencies.
 * The first candidates are random. A candidate depends on the seed, its number and the results
 * reported so far. Calls are serialised.
 *
 * <p>Source: Bergstra et al. 2011, Algorithms for hyper-parameter optimization, section 4.
 */
public final class TpeGenerator implements CandidateGenerator {

  private static final double BETTER = 0.15;
  private static final int PROPOSALS = 24;

  private final ParameterSpace<?> space;
  private final boolean minimize;
  private final int randomCandidates;
  private final int[] categories;
  private final List<Observation> observations = new ArrayList<>();
  private long seed;
  private int given;

  private record Observation(double[] values, double score) {}

  /**
   * A search over a space.
   *
   * @param space what to search
   * @param minimize whether smaller scores are better
   * @param randomCandidates how many results to have before values are modelled, at least 4
   */
  public TpeGenerator(ParameterSpace<?> space, boolean minimize, int randomCandidates) {
    if (randomCandidates < 4) {
      throw new IllegalArgumentException(
          "randomCandidates is " + randomCandidates + "; allowed: 4 and more");
    }
    // Arbiter numbers the leaves of a space in the constructor of a generator.
    this.space = new RandomSearchGenerator(space).getParameterSpace();
    this.minimize = minimize;
    this.randomCandidates = randomCandidates;
    this.categories = categories(space);
  }

  /** Number of values of each parameter that is discrete, else 0. */
  private static int[] categories(ParameterSpace<?> space) {
    List<Integer> counts = new ArrayList<>();
    for (ParameterSpace<?> leaf : leaves(space)) {
      int count = 0;
      if (leaf instanceof DiscreteParameterSpace<?> discrete) {
        count = discrete.numValues();
      } else if (leaf instanceof BooleanSpace) {
        count = 2;
      }
      for (int i = 0; i < leaf.numParameters(); i++) {
        counts.add(count);
      }
    }
    return counts.stream().mapToInt(Integer::intValue).toArray();
  }

  @SuppressWarnings("rawtypes") // as Arbiter declares it
  private static List<ParameterSpace> leaves(ParameterSpace<?> space) {
    return LeafUtils.getUniqueObjects(space.collectLeaves());
  }

  @Override
  public boolean hasMoreCandidates() {
    return true;
  }

  @Override
  public synchronized Candidate<?> getCandidate() {
    double[] values = propose(CandidateSeed.generator(seed, given));
    Object value = null;
    Exception refused = null;
    try {
      value = space.getValue(values);
    } catch (RuntimeException e) {
      refused = e;
    }
    return new Candidate<>(value, given++, values, null, refused);
  }

  private double[] propose(SplittableRandom random) {
    if (observations.size() < randomCandidates) {
      return random.doubles(categories.length).toArray();
    }
    List<Observation> sorted = new ArrayList<>(observations);
    sorted.sort(Comparator.comparingDouble(Observation::score));
    int better = Math.max(2, (int) Math.ceil(BETTER * sorted.size()));
    List<ParzenEstimator> good = estimators(sorted.subList(0, better));
    List<ParzenEstimator> bad = estimators(sorted.subList(better, sorted.size()));
    double[] best = null;
    double bestRatio = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < PROPOSALS; i++) {
      double[] values = new double[categories.length];
      double ratio = 0;
      for (int p = 0; p < values.length; p++) {
        values[p] = good.get(p).sample(random);
        ratio += good.get(p).logDensity(values[p]) - bad.get(p).logDensity(values[p]);
      }
      if (best == null || ratio > bestRatio) {
        bestRatio = ratio;
        best = values;
      }
    }
    return best;
  }

  /** One for each parameter. */
  private List<ParzenEstimator> estimators(List<Observation> observed) {
    List<ParzenEstimator> estimators = new ArrayList<>();
    for (int p = 0; p < categories.length; p++) {
      int parameter = p;
      double[] values = observed.stream().mapToDouble(o -> o.values()[parameter]).toArray();
      estimators.add(new ParzenEstimator(values, categories[p]));
    }
    return estimators;
  }

  @Override
  public synchronized void reportResults(OptimizationResult result) {
    Double score = result.getScore();
    if (score != null && !score.isNaN()) {
      double[] values = result.getCandidate().getFlatParameters();
      observations.add(new Observation(values, minimize ? score : -score));
    }
  }

  @Override
  public ParameterSpace<?> getParameterSpace() {
    return space;
  }

  @Override
  public synchronized void setRngSeed(long seed) {
    this.seed = seed;
  }

  @Override
  public Class<?> getCandidateType() {
    return null;
  }

  @Override
  public String toString() {
    return "TpeGenerator";
  }
}
