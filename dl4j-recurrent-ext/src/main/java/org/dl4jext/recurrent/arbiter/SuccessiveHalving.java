package org.dl4jext.recurrent.arbiter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.BaseStatusListener;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;

/**
 * Successive halving on top of any generator: all of its candidates are trained a little, the best
 * of them more, and the best of those in full.
 *
 * <pre>
 *   round r = 0 .. R-1 trains ceil(n / eta^r) candidates with a share eta^(r-R+1) of the training
 * </pre>
 *
 * <p>A candidate that goes on is trained anew, from the same seed, with a larger {@link Budget};
 * rounds included, that is at most R / eta^(R-1) of the training that all n would take in full. A
 * round waits for all results of the one before. Arbiter does not report failed candidates to a
 * generator: add {@link #failures()} to the runner as a listener, or a failure ends the search.
 *
 * <p>Source: Jamieson and Talwalkar 2016. Calls are serialised.
 */
public final class SuccessiveHalving extends ForwardingGenerator<ValidCandidates> {

  private final int eta;
  private final int rounds;
  private final boolean minimize;
  private final List<Candidate<?>> waiting = new ArrayList<>();
  private final Map<Integer, Candidate<?>> training = new HashMap<>();
  private final List<Scored> finished = new ArrayList<>();
  private int toDraw;
  private int round;
  private int given;

  private record Scored(Candidate<?> candidate, double score) {}

  /**
   * A search over some candidates.
   *
   * @param source where the candidates of the first round come from
   * @param candidates of the first round, at least eta
   * @param eta one of so many candidates goes on, at least 2
   * @param rounds at least 2
   * @param minimize whether smaller scores are better
   */
  public SuccessiveHalving(
      CandidateGenerator source, int candidates, int eta, int rounds, boolean minimize) {
    super(new ValidCandidates(source, candidates));
    require("eta", eta, 2);
    require("candidates", candidates, eta);
    require("rounds", rounds, 2);
    this.eta = eta;
    this.rounds = rounds;
    this.minimize = minimize;
    this.toDraw = candidates;
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + least + " and more");
    }
  }

  @Override
  public synchronized boolean hasMoreCandidates() {
    if (toDraw > 0 && !source().hasMoreCandidates()) {
      toDraw = 0;
      promote();
    }
    return toDraw > 0 || !waiting.isEmpty();
  }

  @Override
  public synchronized Candidate<?> getCandidate() {
    if (!hasMoreCandidates()) {
      throw new IllegalStateException("the results of this round are not all there yet");
    }
    Candidate<?> values;
    int origin = given;
    if (toDraw > 0) {
      toDraw--;
      values = source().getCandidate();
    } else {
      values = waiting.remove(0);
      origin = Budget.of(values).origin();
    }
    double share = Math.pow(eta, round - (rounds - 1));
    Candidate<?> candidate =
        new Candidate<>(
            values.getValue(),
            given++,
            values.getFlatParameters(),
            new Budget(share, origin).addTo(values.getDataParameters()),
            null);
    training.put(candidate.getIndex(), candidate);
    return candidate;
  }

  @Override
  public synchronized void reportResults(OptimizationResult result) {
    if (round == 0) {
      super.reportResults(result);
    }
    finish(result.getIndex(), result.getScore());
  }

  /** What a runner needs as a listener, so that candidates that fail do not end the search. */
  public StatusListener failures() {
    return new BaseStatusListener() {
      @Override
      public void onRunnerStatusChange(IOptimizationRunner runner) {
        for (CandidateInfo info : runner.getCandidateStatus()) {
          if (info.getCandidateStatus() == CandidateStatus.Failed) {
            finish(info.getIndex(), null);
          }
        }
      }
    };
  }

  /** How many candidates were dropped so far because their values do not go together. */
  public int rejected() {
    return source().rejected();
  }

  private synchronized void finish(int index, Double score) {
    Candidate<?> candidate = training.remove(index);
    if (candidate != null && score != null) {
      finished.add(new Scored(candidate, minimize ? -score : score));
    }
    promote();
  }

  /** Starts the next round where this one is over; among equal scores the earlier goes on. */
  private void promote() {
    if (toDraw > 0 || !waiting.isEmpty() || !training.isEmpty() || round == rounds - 1) {
      return;
    }
    finished.sort(
        Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparingInt(scored -> scored.candidate().getIndex()));
    int next = (finished.size() + eta - 1) / eta;
    finished.subList(0, next).forEach(scored -> waiting.add(scored.candidate()));
    finished.clear();
    round++;
  }
}
