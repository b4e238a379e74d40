package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.dl4jext.recurrent.arbiter.GeneratorExhausted;
import org.dl4jext.recurrent.arbiter.MedianStopping;
import org.dl4jext.recurrent.arbiter.SuccessiveHalving;
import org.dl4jext.recurrent.arbiter.ValidCandidates;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * A sweep in a folder: candidates of a search are trained, told to the journal, and the best model
 * is kept as {@value #MODEL}.
 *
 * <p>A model is saved before the line that tells of it, so a killed sweep never has a line without
 * its model.
 */
public final class Sweep {

  /** The best model's file. */
  public static final String MODEL = "model.zip";

  private final SweepPlan plan;
  private final Path folder;
  private final Settings settings;
  private final SweepStop stop;
  private final Listener listener;
  private JournalEntry best;
  private int done;

  /**
   * How a sweep runs.
   *
   * @param candidates most candidates; with halving in the first round
   * @param workers trainings at once; they share the processors
   * @param seed of the search and of all trainings
   * @param timeLimit for one candidate, or null
   */
  public record Settings(int candidates, int workers, long seed, Duration timeLimit) {

    public Settings {
      SweepValues.whole("candidates", candidates, 1, 1_000_000);
      SweepValues.whole("workers", workers, 1, 1024);
    }
  }

  /** Hears how a sweep goes. */
  @FunctionalInterface
  public interface Listener {
    /**
     * After each training.
     *
     * @param done trainings so far, those of earlier runs included
     * @param trainings most that there will be
     * @param entry the one that is over
     * @param best the best so far, or null
     */
    void finished(int done, int trainings, JournalEntry entry, JournalEntry best);
  }

  /**
   * What came out.
   *
   * @param entries finished trainings, in the order in which they ended
   * @param best the winner, or null
   * @param rejected candidates dropped before training because values did not go together
   * @param stopped whether there was more to do
   */
  public record Result(
      List<JournalEntry> entries, JournalEntry best, int rejected, boolean stopped) {}

  private Sweep(SweepPlan plan, Path folder, Settings settings, SweepStop stop, Listener listener) {
    this.plan = plan;
    this.folder = folder;
    this.settings = settings;
    this.stop = stop;
    this.listener = listener;
  }

  /**
   * Runs a sweep, or goes on with the one that the folder has.
   *
   * @param stop ends it early; what is being trained then is trained anew when it goes on
   * @throws IOException if the folder cannot be written, or holds a sweep of another space
   */
  public static Result run(
      SweepPlan plan, Path folder, Settings settings, SweepStop stop, Listener listener)
      throws IOException {
    return new Sweep(plan, folder, settings, stop, listener).run();
  }

  private Result run() throws IOException {
    Files.createDirectories(folder);
    try (Journal journal = journal()) {
      for (JournalEntry entry : journal.entries()) {
        keep(entry);
      }
      int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / settings.workers());
      String before = System.getProperty(HostThreads.PROPERTY);
      try {
        if (settings.workers() > 1) {
          System.setProperty(HostThreads.PROPERTY, Integer.toString(threads));
        }
        return run(journal);
      } finally {
        restore(before);
      }
    }
  }

  private static void restore(String threads) {
    if (threads == null) {
      System.clearProperty(HostThreads.PROPERTY);
    } else {
      System.setProperty(HostThreads.PROPERTY, threads);
    }
  }

  private Journal journal() throws IOException {
    if (!Journal.exists(folder)) {
      return Journal.create(
          folder,
          new Journal.Header(
              plan.source(), settings.seed(), settings.candidates(), System.currentTimeMillis()));
    }
    Journal journal = Journal.open(folder);
    Journal.Header header = journal.header();
    String difference =
        !header.source().text().equals(plan.source().text())
            ? "another space"
            : header.seed() != settings.seed() ? "seed " + header.seed() : null;
    if (difference != null) {
      journal.close();
      throw new IOException(folder + " holds a sweep of " + difference);
    }
    return journal;
  }

  private Result run(Journal journal) {
    SweepScore score = new SweepScore(plan.task().minimize());
    CandidateGenerator search =
        plan.search().candidates(plan.space(), score, settings.candidates(), settings.seed());
    CandidateGenerator generator = new JournaledCandidates(search, journal.entries());
    OptimizationConfiguration configuration =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(generator)
            .scoreFunction(score)
            .terminationConditions(stop, new GeneratorExhausted())
            .build();
    MedianStopping stopping =
        plan.stopping() == SweepPlan.Stopping.MEDIAN
            ? new MedianStopping(plan.task().minimize(), 3, 5)
            : null;
    SweepTraining training =
        new SweepTraining(plan.task(), journal.header(), settings.timeLimit(), stopping, stop);
    AtomicReference<IOException> failure = new AtomicReference<>();
    SweepTaskCreator tasks =
        new SweepTaskCreator(candidate -> train(candidate, training, journal, failure));
    var runner = new LocalOptimizationRunner(settings.workers(), configuration, tasks);
    if (search instanceof SuccessiveHalving halving) {
      runner.addListeners(halving.failures());
    }
    runner.execute();
    if (failure.get() != null) {
      throw new UncheckedIOException(failure.get());
    }
    return new Result(
        journal.entries(), best, rejected(search), stop.isDue() && generator.hasMoreCandidates());
  }

  private static int rejected(CandidateGenerator search) {
    return search instanceof SuccessiveHalving halving
        ? halving.rejected()
        : ((ValidCandidates) search).rejected();
  }

  private JournalEntry train(
      Candidate<?> candidate,
      SweepTraining training,
      Journal journal,
      AtomicReference<IOException> failure) {
    SweepTraining.Finished finished = training.train(candidate);
    JournalEntry entry = finished.entry();
    synchronized (this) {
      try {
        if (entry.beats(best, plan.task().minimize())) {
          finished.model().write(folder.resolve(MODEL));
        }
        journal.append(entry);
      } catch (IOException e) {
        failure.compareAndSet(null, e);
        stop.ask();
        throw new UncheckedIOException(e);
      }
      keep(entry);
      listener.finished(done, plan.search().trainings(settings.candidates()), entry, best);
    }
    return entry;
  }

  private void keep(JournalEntry entry) {
    done++;
    if (entry.beats(best, plan.task().minimize())) {
      best = entry;
    }
  }
}
