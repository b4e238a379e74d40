package org.dl4jext.zoo.sweep;

import java.time.Duration;
import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/** Whether a sweep is to stop: asked for, or out of time. Safe for several threads. */
public final class SweepStop implements TerminationCondition {

  private final long deadline;
  private volatile boolean asked;

  /** Stops after a time, or when asked to. */
  public SweepStop(Duration maxTime) {
    deadline = System.nanoTime() + (maxTime == null ? Long.MAX_VALUE / 2 : maxTime.toNanos());
  }

  /** Asks for an end. */
  public void ask() {
    asked = true;
  }

  boolean isDue() {
    return asked || System.nanoTime() - deadline > 0;
  }

  @Override
  public void initialize(IOptimizationRunner runner) {}

  @Override
  public boolean terminate(IOptimizationRunner runner) {
    return isDue();
  }

  /** Ends a training that will be done anew. */
  static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
