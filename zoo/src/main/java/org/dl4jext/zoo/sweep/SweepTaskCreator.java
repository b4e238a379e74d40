package org.dl4jext.zoo.sweep;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;

/** Puts the trainings of a sweep into the form that Arbiter's runner takes. */
@SuppressWarnings({"rawtypes", "deprecation"}) // as Arbiter declares its interface
final class SweepTaskCreator implements TaskCreator {

  private final Function<Candidate<?>, JournalEntry> training;

  SweepTaskCreator(Function<Candidate<?>, JournalEntry> training) {
    this.training = training;
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      DataProvider data,
      ScoreFunction score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    return () -> train(candidate);
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      Class<? extends DataSource> data,
      Properties properties,
      ScoreFunction score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    return () -> train(candidate);
  }

  private OptimizationResult train(Candidate<?> candidate) {
    long start = System.currentTimeMillis();
    JournalEntry entry = training.apply(candidate);
    boolean failed = entry.status() == JournalEntry.Status.FAILED;
    CandidateInfo info =
        new CandidateInfo(
            entry.candidate(),
            failed ? CandidateStatus.Failed : CandidateStatus.Complete,
            entry.score(),
            start,
            start,
            System.currentTimeMillis(),
            entry.values(),
            entry.failure());
    return new OptimizationResult(candidate, entry.score(), entry.candidate(), entry, info, null);
  }
}
