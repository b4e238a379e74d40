package org.dl4jext.recurrent.arbiter;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.nd4j.linalg.factory.Nd4j;

/** One candidate for a runner: trains, saves, tells the listeners, and reports a failure. */
final class CandidateTask implements Callable<OptimizationResult> {

  private final Candidate<?> candidate;
  private final CandidateTraining training;
  private final List<StatusListener> listeners;
  private final IOptimizationRunner runner;

  CandidateTask(
      Candidate<?> candidate,
      CandidateTraining training,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    this.candidate = candidate;
    this.training = training;
    this.listeners = listeners;
    this.runner = runner;
  }

  @Override
  @SuppressWarnings("CatchAndPrintStackTrace") // into the result, where Arbiter wants it
  public OptimizationResult call() {
    long start = System.currentTimeMillis();
    CandidateInfo info =
        new CandidateInfo(
            candidate.getIndex(),
            CandidateStatus.Running,
            null,
            start,
            start,
            null,
            candidate.getFlatParameters(),
            null);
    OptimizationResult result =
        new OptimizationResult(candidate, null, candidate.getIndex(), null, info, null);
    try {
      tell(info, null);
      CandidateTraining.Trained trained = training.train();
      info.setScore(trained.score());
      info.setCandidateStatus(CandidateStatus.Complete);
      result.setScore(trained.score());
      result.setModelSpecificResults(trained.run());
      ResultSaver saver = runner.getConfiguration().getResultSaver();
      if (saver != null) {
        result.setResultReference(saver.saveModel(result, trained.model()));
      }
    } catch (Exception | OutOfMemoryError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      info.setCandidateStatus(CandidateStatus.Failed);
      info.setExceptionStackTrace(trace.toString());
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
    info.setEndTime(System.currentTimeMillis());
    tell(info, result);
    return result;
  }

  private void tell(CandidateInfo info, OptimizationResult result) {
    for (StatusListener listener : listeners) {
      listener.onCandidateStatusChange(info, runner, result);
    }
  }
}
