package org.dl4jext.zoo.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Tells on stderr how far a task is: a bar with the time left on a terminal, otherwise a plain line
 * now and then. A task of less than a second leaves no trace.
 */
public final class Progress implements AutoCloseable {

  /** System property {@code true} where stderr is a terminal; the launcher sets it. */
  static final String TERMINAL = "org.dl4jext.terminal";

  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** An estimate from less time says little. */
  private static final Duration TRUSTED = Duration.ofSeconds(5);

  private static final int WIDTH = 79;

  private final PrintWriter err;
  private final String task;
  private final long steps;
  private final boolean terminal = Boolean.getBoolean(TERMINAL);
  private final Instant start = Instant.now();
  private Instant lastLine = start;

  /** The first report; what it took is the start of the backend rather than work. */
  private Instant begun;

  private long doneFirst;
  private ProgressBar bar;

  Progress(PrintWriter err, String task, long steps) {
    this.err = err;
    this.task = task;
    this.steps = steps;
  }

  /**
   * Reports the state of the task.
   *
   * @param done steps that are finished
   * @param note a few words more, such as the current score; may be empty
   */
  public void at(long done, String note) {
    Instant now = Instant.now();
    if (begun == null) {
      begun = now;
      doneFirst = done;
    }
    if (Duration.between(start, now).compareTo(QUIET) < 0) {
      return;
    }
    if (terminal) {
      if (bar == null) {
        bar = newBar();
      }
      bar.stepTo(done);
      bar.setExtraMessage(note);
    } else if (lastLine.equals(start)
        || Duration.between(lastLine, now).compareTo(BETWEEN_LINES) >= 0) {
      lastLine = now;
      err.println(line(done, note, Duration.between(begun, now)));
    }
  }

  private String line(long done, String note, Duration elapsed) {
    StringBuilder text = new StringBuilder(task).append(": ").append(done);
    if (steps > 0) {
      text.append('/').append(steps);
      if (done > doneFirst && elapsed.compareTo(TRUSTED) >= 0) {
        long left = elapsed.toSeconds() * (steps - done) / (done - doneFirst);
        text.append(", ").append(left).append(" s left");
      }
    }
    return note.isEmpty() ? text.toString() : text.append(", ").append(note).toString();
  }

  private ProgressBar newBar() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(steps > 0 ? steps : -1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .startsFrom(doneFirst, Duration.between(start, Instant.now()))
        .setConsumer(
            new DelegatingProgressBarConsumer(
                text -> {
                  err.print("\r" + text);
                  err.flush();
                },
                WIDTH))
        .build();
  }

  /** Ends the bar and its line. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      err.println();
    }
  }
}
