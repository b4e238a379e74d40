package org.dl4jext.recurrent.arbiter;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;

/**
 * Trains candidates of {@code MultiLayerSpace} and {@code ComputationGraphSpace} for {@code
 * LocalOptimizationRunner}, without the two seconds of sleep after each that Arbiter's own creators
 * have.
 *
 * <p>Each candidate gets a seed of its own ({@link CandidateSeed}), whatever the space says, and
 * trains in one thread; seed, epochs, time and ending are in its result as a {@link CandidateRun}.
 * The early stopping of the space, a {@link Budget} and a time limit are respected. A score that is
 * NaN is a failure, since Arbiter would keep it as the best for ever.
 *
 * <p>Immutable; for any number of searches at once where the stopping rule is.
 */
@SuppressWarnings({"rawtypes", "unchecked", "deprecation"}) // as Arbiter declares its interface
public final class SequenceTaskCreator implements TaskCreator {

  private final long seed;
  private final Duration timeLimit;
  private final StoppingRule stopping;

  private SequenceTaskCreator(long seed, Duration timeLimit, StoppingRule stopping) {
    this.seed = seed;
    this.timeLimit = timeLimit;
    this.stopping = stopping;
  }

  /** Trains without a time limit and without a stopping rule. */
  public static SequenceTaskCreator ofSeed(long seed) {
    return new SequenceTaskCreator(seed, null, null);
  }

  /**
   * Ends the training of a candidate after this time; what it has learnt is scored.
   *
   * @throws IllegalArgumentException unless the limit is positive
   */
  public SequenceTaskCreator withTimeLimit(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("timeLimit is " + limit + "; allowed: above 0");
    }
    return new SequenceTaskCreator(seed, limit, stopping);
  }

  /** Scores candidates after each epoch, and ends the training of those that the rule gives up. */
  public SequenceTaskCreator withStopping(StoppingRule rule) {
    return new SequenceTaskCreator(seed, timeLimit, rule);
  }

  @Override
  @Deprecated
  public Callable<OptimizationResult> create(
      Candidate candidate,
      DataProvider data,
      ScoreFunction score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    return task(
        candidate,
        () -> data.trainData(candidate.getDataParameters()),
        model -> score.score(model, data, candidate.getDataParameters()),
        listeners,
        runner);
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      Class<? extends DataSource> data,
      Properties properties,
      ScoreFunction score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    return task(
        candidate,
        () -> DataSources.create(data, properties).trainData(),
        model -> score.score(model, data, properties),
        listeners,
        runner);
  }

  private Callable<OptimizationResult> task(
      Candidate<?> candidate,
      Supplier<Object> trainData,
      Function<Object, Double> score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    long own = CandidateSeed.of(seed, Budget.of(candidate).origin());
    CandidateTraining training =
        new CandidateTraining(candidate, own, timeLimit, stopping, trainData, score);
    return new CandidateTask(candidate, training, listeners, runner);
  }
}
