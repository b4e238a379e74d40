package org.dl4jext.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sweeps over a task that takes no time. */
class SweepTest {

  private static final int CANDIDATES = 12;

  @TempDir Path folder;

  private static Sweep.Settings settings(int workers) {
    return new Sweep.Settings(CANDIDATES, workers, 5, null);
  }

  private static Sweep.Result run(Search search, Path folder, int workers) throws IOException {
    return Sweep.run(
        BowlTask.plan(search), folder, settings(workers), new SweepStop(null), (d, m, e, b) -> {});
  }

  /** What must not depend on when and how often a sweep was interrupted. */
  private static Map<Integer, String> essence(List<JournalEntry> entries) {
    Map<Integer, String> lines = new TreeMap<>();
    for (JournalEntry entry : entries) {
      String line =
          String.join(
              " ",
              entry.status().name(),
              String.valueOf(entry.score()),
              entry.parameters().toString(),
              Arrays.toString(entry.values()),
              String.valueOf(entry.seed()),
              String.valueOf(entry.share()));
      assertNull(lines.put(entry.candidate(), line), "candidate " + entry.candidate() + " twice");
    }
    return lines;
  }

  @ParameterizedTest
  @EnumSource(Search.class)
  void everySearchTrainsEachCandidateOnce(Search search) throws IOException {
    Sweep.Result result = run(search, folder, 2);
    int most = search.trainings(CANDIDATES);
    assertTrue(result.entries().size() <= most);
    if (search != Search.HALVING) { // which may lose some of a round to failures
      assertEquals(most, result.entries().size());
    }
    essence(result.entries());
    assertFalse(result.stopped());
    assertEquals(
        essence(result.entries()), essence(Journal.readEntries(folder)), "the journal is complete");
  }

  @Test
  void theBestModelIsKept() throws IOException {
    Sweep.Result result = run(Search.RANDOM, folder, 1);
    JournalEntry best = result.best();
    double lowest =
        result.entries().stream()
            .filter(entry -> entry.score() != null)
            .mapToDouble(JournalEntry::score)
            .min()
            .orElseThrow();
    assertEquals(lowest, best.score());
    assertEquals(
        best.parameters() + " " + best.score(), Files.readString(folder.resolve(Sweep.MODEL)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Search.class,
      names = {"RANDOM", "GRID", "HALVING"})
  void aSweepCutOffAnywhereComesToTheSameEnd(Search search) throws IOException {
    Sweep.Result whole = run(search, folder.resolve("whole"), 1);
    byte[] journal = Files.readAllBytes(folder.resolve("whole").resolve(Journal.FILE));
    Random random = new Random(7);
    Path cut = Files.createDirectory(folder.resolve("cut"));
    for (int kill = 0; kill < 5; kill++) {
      int length = random.nextInt(journal.length);
      Files.write(cut.resolve(Journal.FILE), Arrays.copyOf(journal, length));
      Sweep.Result resumed = run(search, cut, 1);
      assertEquals(essence(whole.entries()), essence(resumed.entries()), "cut at " + length);
      assertEquals(whole.best().candidate(), resumed.best().candidate());
    }
  }

  @Test
  void resumingRepeatsNothingThatIsFinished() throws IOException {
    run(Search.RANDOM, folder, 1);
    String journal = Files.readString(folder.resolve(Journal.FILE));
    run(Search.RANDOM, folder, 1);
    assertEquals(journal, Files.readString(folder.resolve(Journal.FILE)));
  }

  @Test
  void aStoppedSweepGoesOn() throws IOException {
    SweepStop stop = new SweepStop(null);
    Sweep.Result part =
        Sweep.run(
            BowlTask.plan(Search.RANDOM),
            folder,
            settings(1),
            stop,
            (done, most, entry, best) -> {
              if (done == 4) {
                stop.ask();
              }
            });
    assertTrue(part.stopped());
    assertEquals(4, part.entries().size());
    Sweep.Result rest = run(Search.RANDOM, folder, 1);
    assertFalse(rest.stopped());
    assertEquals(CANDIDATES, essence(rest.entries()).size());
  }

  @Test
  void aSweepWithoutTimeTrainsNothing() throws IOException {
    Sweep.Result result =
        Sweep.run(
            BowlTask.plan(Search.RANDOM),
            folder,
            settings(1),
            new SweepStop(Duration.ZERO),
            (d, m, e, b) -> {});
    assertTrue(result.stopped());
    assertEquals(List.of(), result.entries());
  }

  @Test
  void theFolderOfAnotherSweepIsRefused() throws IOException {
    run(Search.RANDOM, folder, 1);
    var error =
        assertThrows(
            IOException.class,
            () ->
                Sweep.run(
                    BowlTask.plan(Search.RANDOM),
                    folder,
                    new Sweep.Settings(CANDIDATES, 1, 6, null),
                    new SweepStop(null),
                    (d, m, e, b) -> {}));
    assertTrue(error.getMessage().endsWith("holds a sweep of seed 5"), error.getMessage());
  }

  @Test
  void twoSweepsCannotShareAFolder() throws IOException {
    run(Search.RANDOM, folder, 1);
    try (Journal first = Journal.open(folder)) {
      assertEquals(CANDIDATES, first.entries().size());
      var error = assertThrows(IOException.class, () -> Journal.open(folder));
      assertTrue(error.getMessage().contains("another sweep"), error.getMessage());
    }
  }

  @Test
  void failuresAreToldAndLoseNothing() throws IOException {
    Sweep.Result result =
        Sweep.run(
            BowlTask.plan(Search.RANDOM),
            folder,
            new Sweep.Settings(60, 2, 5, null),
            new SweepStop(null),
            (d, m, e, b) -> {});
    List<JournalEntry> failed =
        result.entries().stream()
            .filter(entry -> entry.status() == JournalEntry.Status.FAILED)
            .toList();
    assertFalse(failed.isEmpty());
    assertTrue(failed.get(0).failure().contains("x is too large"));
    assertEquals(60, result.entries().size());
    assertTrue(result.rejected() > 0, "y is far below x now and then");
  }

  @Test
  void halvingGoesOnWithTheBestOnes() throws IOException {
    Sweep.Result result = run(Search.HALVING, folder, 1);
    HashSet<Double> shares = new HashSet<>();
    result.entries().forEach(entry -> shares.add(entry.share()));
    assertEquals(3, shares.size());
    JournalEntry full =
        result.entries().stream().filter(entry -> entry.share() == 1).findFirst().orElseThrow();
    assertEquals(BowlTask.STEPS, full.steps());
    assertEquals(1, result.best().share());
  }

  @Test
  void aParameterThatDoesNotCountIsLeftOut() throws IOException {
    for (JournalEntry entry : run(Search.RANDOM, folder, 1).entries()) {
      assertEquals(
          entry.parameters().get("shape").equals("a"), entry.parameters().containsKey("y"));
    }
  }

  @Test
  void theTableIsSortedAndHasEveryTraining() throws IOException {
    Sweep.Result result = run(Search.RANDOM, folder, 1);
    List<String> lines = new SweepTable(result.entries(), true).csv().lines().toList();
    assertEquals(CANDIDATES + 1, lines.size());
    assertTrue(lines.get(0).startsWith("candidate,status,score,share,steps,seconds,seed,"));
    assertTrue(lines.get(1).startsWith(result.best().candidate() + ",COMPLETE,"));
  }

  @Test
  void aReplayHasTheScoreOfTheJournal() throws IOException {
    run(Search.RANDOM, folder, 1);
    JournalEntry entry = Journal.readEntries(folder).get(3);
    int[] steps = {0};
    double score = SweepReplay.score(BowlTask.plan(Search.RANDOM), entry, step -> steps[0] = step);
    assertEquals(entry.score(), score);
    assertEquals(entry.steps(), steps[0]);
  }
}
