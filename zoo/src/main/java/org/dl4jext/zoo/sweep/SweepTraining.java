package org.dl4jext.zoo.sweep;

import java.time.Duration;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.dl4jext.recurrent.arbiter.Budget;
import org.dl4jext.recurrent.arbiter.CandidateSeed;
import org.dl4jext.recurrent.arbiter.StoppingRule;
import org.dl4jext.zoo.sweep.JournalEntry.Status;
import org.nd4j.linalg.factory.Nd4j;

/** Trains candidates of a sweep, each to a line of the journal. */
final class SweepTraining {

  private static final int INTERMEDIATE_SCORES = 10;

  private final SweepTask task;
  private final long seed;
  private final long created;
  private final Duration timeLimit;
  private final StoppingRule stopping;
  private final SweepStop stop;

  /** A line, and the model that belongs to it, or null. */
  record Finished(JournalEntry entry, SweepTask.ModelFile model) {}

  SweepTraining(
      SweepTask task,
      Journal.Header header,
      Duration timeLimit,
      StoppingRule stopping,
      SweepStop stop) {
    this.task = task;
    this.seed = header.seed();
    this.created = header.created();
    this.timeLimit = timeLimit;
    this.stopping = stopping;
    this.stop = stop;
  }

  /**
   * Trains a candidate; what goes wrong is in its line.
   *
   * @throws SweepStop.Abandoned if the sweep is to stop
   */
  @SuppressWarnings("unchecked")
  Finished train(Candidate<?> candidate) {
    Budget budget = Budget.of(candidate);
    long own = CandidateSeed.of(seed, budget.origin());
    long start = System.nanoTime();
    double started = (System.currentTimeMillis() - created) / 1000.0;
    Map<String, Object> values = (Map<String, Object>) candidate.getValue();
    Observer observer = new Observer(candidate.getIndex(), start);
    SweepTask.Outcome outcome = null;
    Double score = null;
    String failure = null;
    try {
      outcome = task.train(values, own, budget.share(), observer);
      score = outcome.score();
      if (score.isNaN() || score.isInfinite()) {
        failure = "the score is " + score;
        score = null;
      }
    } catch (SweepStop.Abandoned e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      failure = e.toString();
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
    SweepTask.ModelFile model = failure == null ? outcome.model() : null;
    JournalEntry entry =
        new JournalEntry(
            candidate.getIndex(),
            failure == null ? observer.status : Status.FAILED,
            score,
            values,
            candidate.getFlatParameters(),
            own,
            budget.share(),
            outcome == null ? 0 : outcome.steps(),
            (System.nanoTime() - start) / 1e9,
            started,
            model != null,
            failure);
    return new Finished(entry, model);
  }

  /** Ends a training that takes too long or is not promising. */
  private final class Observer implements SweepTask.Watch {

    private final int candidate;
    private final long start;
    private Status status = Status.COMPLETE;
    private int scores;

    Observer(int candidate, long start) {
      this.candidate = candidate;
      this.start = start;
    }

    @Override
    public boolean goesOn(int step, int steps, double score) {
      if (stop.isDue()) {
        throw new SweepStop.Abandoned();
      }
      if (step == steps) {
        return true;
      }
      if (timeLimit != null && System.nanoTime() - start > timeLimit.toNanos()) {
        status = Status.TIME_LIMIT;
      } else if (stopping != null && step >= (long) steps * (scores + 1) / INTERMEDIATE_SCORES) {
        scores++;
        if (stopping.stops(candidate, scores, score)) {
          status = Status.STOPPED;
        }
      }
      return status == Status.COMPLETE;
    }
  }
}
