package org.dl4jext.samediff.kernel;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A parallel loop over independent tasks.
 *
 * <p>The caller works too, so a call from any thread, from inside a task, or while the helper
 * threads are busy always makes progress. Tasks are handed out one at a time; the results must not
 * depend on which worker takes which task.
 */
public final class HostThreads {

  /** System property with the number of threads; else OMP_NUM_THREADS, else all processors. */
  public static final String PROPERTY = "org.dl4jext.threads";

  private static final int SPINS = 2000;

  private HostThreads() {}

  /** One iteration of a parallel loop. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs one iteration.
     *
     * @param index which iteration
     * @param worker 0 .. workers-1; two calls at the same time never share one
     */
    void run(int index, int worker);
  }

  /** The number of threads that the settings ask for. */
  public static int configured() {
    Integer property = positive(System.getProperty(PROPERTY));
    if (property != null) {
      return property;
    }
    Integer variable = positive(System.getenv("OMP_NUM_THREADS"));
    return variable != null ? variable : Runtime.getRuntime().availableProcessors();
  }

  private static Integer positive(String text) {
    try {
      int value = text == null ? 0 : Integer.parseInt(text.trim());
      return value > 0 ? value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Runs {@code task} for 0 .. count-1 on at most {@code workers} threads and returns when all are
   * done. The first exception of a task is thrown again here, after the others have ended.
   */
  public static void run(int count, int workers, Task task) {
    int helpers = Math.min(workers, count) - 1;
    if (helpers <= 0) {
      for (int i = 0; i < count; i++) {
        task.run(i, 0);
      }
      return;
    }
    Loop loop = new Loop(count, helpers + 1, task);
    for (int i = 0; i < helpers; i++) {
      Pool.HELPERS.execute(loop);
    }
    loop.run();
    loop.await();
  }

  /** Daemon threads that end when they have had nothing to do for a while. */
  private static final class Pool {
    static final Executor HELPERS = create();

    private static Executor create() {
      int size = Math.max(1, Runtime.getRuntime().availableProcessors());
      ThreadPoolExecutor pool =
          new ThreadPoolExecutor(
              size,
              size,
              10,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              runnable -> {
                Thread thread = new Thread(runnable, "dl4jext-host");
                thread.setDaemon(true);
                return thread;
              });
      pool.allowCoreThreadTimeOut(true);
      return pool;
    }
  }

  private static final class Loop implements Runnable {
    private final int count;
    private final int workers;
    private final Task task;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger joined = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Loop(int count, int workers, Task task) {
      this.count = count;
      this.workers = workers;
      this.task = task;
    }

    @Override
    public void run() {
      int worker = joined.getAndIncrement();
      if (worker >= workers) {
        return;
      }
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            task.run(i, worker);
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          if (done.incrementAndGet() == count) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    void await() {
      for (int i = 0; i < SPINS && done.get() < count; i++) {
        Thread.onSpinWait();
      }
      boolean interrupted = false;
      while (done.get() < count) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable cause = failure.get();
      if (cause instanceof Error error) {
        throw error;
      }
      if (cause instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }
}
