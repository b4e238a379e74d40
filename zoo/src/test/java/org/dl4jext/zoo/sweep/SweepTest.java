package org.dl4jext.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dl4jext.zoo.sweep.Search.Kind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sweeps over a task that takes no time. */
class SweepTest {

  private static final int CANDIDATES = 12;

  /** Sweeps that are over, for several tests: each run waits a second within Arbiter. */
  @TempDir private static Path finished;

  @TempDir private static Path halvedFolder;
  private static Sweep.Result result;
  private static Sweep.Result halved;

  @TempDir private Path folder;

  @BeforeAll
  static void sweepOnce() throws IOException {
    result = run(Kind.RANDOM, finished, 1);
    halved = run(Kind.HALVING, halvedFolder, 1);
  }

  private static Sweep.Settings settings(int workers) {
    return new Sweep.Settings(CANDIDATES, workers, 5, null);
  }

  private static Sweep.Result run(Kind search, Path folder, int workers) throws IOException {
    return run(search, folder, settings(workers));
  }

  private static Sweep.Result run(Kind search, Path folder, Sweep.Settings settings)
      throws IOException {
    return Sweep.run(
        BowlTask.plan(search), folder, settings, new SweepStop(null), (d, m, e, b) -> {});
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
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "RANDOM")
  void everySearchTrainsEachCandidateOnce(Kind search) throws IOException {
    Sweep.Result swept = run(search, folder, 2);
    int most = BowlTask.search(search).trainings(CANDIDATES);
    assertTrue(swept.entries().size() <= most);
    if (search != Kind.HALVING) { // which may lose some of a round to failures
      assertEquals(most, swept.entries().size());
    }
    assertFalse(swept.stopped());
    assertEquals(
        essence(swept.entries()), essence(Journal.readEntries(folder)), "the journal is complete");
  }

  @Test
  void theBestModelIsKept() throws IOException {
    JournalEntry best = result.best();
    double lowest =
        result.entries().stream()
            .filter(entry -> entry.score() != null)
            .mapToDouble(JournalEntry::score)
            .min()
            .orElseThrow();
    assertEquals(lowest, best.score());
    assertEquals(
        best.parameters() + " " + best.score(), Files.readString(finished.resolve(Sweep.MODEL)));
  }

  /** Within the first line, within a later one, and between two of them. */
  @Test
  void aSweepCutOffAnywhereComesToTheSameEnd() throws IOException {
    byte[] journal = Files.readAllBytes(halvedFolder.resolve(Journal.FILE));
    String text = new String(journal, StandardCharsets.US_ASCII);
    int lineEnd = text.indexOf('\n', text.length() / 2) + 1;
    for (int length : List.of(10, text.length() * 9 / 10, lineEnd)) {
      Files.write(folder.resolve(Journal.FILE), Arrays.copyOf(journal, length));
      Sweep.Result resumed = run(Kind.HALVING, folder, 1);
      assertEquals(essence(halved.entries()), essence(resumed.entries()), "cut at " + length);
      assertEquals(essence(halved.entries()), essence(Journal.readEntries(folder)));
      assertEquals(halved.best().candidate(), resumed.best().candidate());
    }
  }

  @Test
  void resumingRepeatsNothingThatIsFinished() throws IOException {
    String journal = Files.readString(finished.resolve(Journal.FILE));
    run(Kind.RANDOM, finished, 1);
    assertEquals(journal, Files.readString(finished.resolve(Journal.FILE)));
  }

  @Test
  void aStoppedSweepGoesOn() throws IOException {
    SweepStop stop = new SweepStop(null);
    Sweep.Result part =
        Sweep.run(
            BowlTask.plan(Kind.RANDOM),
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
    Sweep.Result rest = run(Kind.RANDOM, folder, 1);
    assertFalse(rest.stopped());
    assertEquals(CANDIDATES, essence(rest.entries()).size());
  }

  @Test
  void aSweepWithoutTimeTrainsNothing() throws IOException {
    Sweep.Result none =
        Sweep.run(
            BowlTask.plan(Kind.RANDOM),
            folder,
            settings(1),
            new SweepStop(Duration.ZERO),
            (d, m, e, b) -> {});
    assertTrue(none.stopped());
    assertEquals(List.of(), none.entries());
  }

  @Test
  void aTimeLimitEndsEachTrainingAndScoresIt() throws IOException {
    var settings = new Sweep.Settings(CANDIDATES, 1, 5, Duration.ofNanos(1));
    for (JournalEntry entry : run(Kind.RANDOM, folder, settings).entries()) {
      if (entry.status() != JournalEntry.Status.FAILED) {
        assertEquals(JournalEntry.Status.TIME_LIMIT, entry.status());
        assertEquals(1, entry.steps());
      }
    }
  }

  @Test
  void theFolderOfAnotherSweepIsRefused() {
    var settings = new Sweep.Settings(CANDIDATES, 1, 6, null);
    var error = assertThrows(IOException.class, () -> run(Kind.RANDOM, finished, settings));
    assertTrue(error.getMessage().endsWith("holds a sweep of seed 5"), error.getMessage());
  }

  @Test
  void twoSweepsCannotShareAFolder() throws IOException {
    try (Journal first = Journal.open(finished)) {
      assertEquals(CANDIDATES, first.entries().size());
      var error = assertThrows(IOException.class, () -> Journal.open(finished));
      assertTrue(error.getMessage().contains("another sweep"), error.getMessage());
    }
  }

  @Test
  void failuresAndRejectionsAreToldAndLoseNothing() {
    List<JournalEntry> failed =
        result.entries().stream()
            .filter(entry -> entry.status() == JournalEntry.Status.FAILED)
            .toList();
    assertFalse(failed.isEmpty());
    assertTrue(failed.get(0).failure().contains("x is too large"));
    assertEquals(CANDIDATES, result.entries().size());
    assertTrue(result.rejected() > 0, "y is well below x now and then");
    assertEquals(result.rejected(), halved.rejected(), "halving draws the same ones");
  }

  @Test
  void halvingGoesOnWithTheBestOnes() {
    HashSet<Double> shares = new HashSet<>();
    halved.entries().forEach(entry -> shares.add(entry.share()));
    assertEquals(3, shares.size());
    JournalEntry full =
        halved.entries().stream().filter(entry -> entry.share() == 1).findFirst().orElseThrow();
    assertEquals(BowlTask.STEPS, full.steps());
    assertEquals(1, halved.best().share());
  }

  @Test
  void aParameterThatDoesNotCountIsLeftOut() {
    for (JournalEntry entry : result.entries()) {
      assertEquals(
          entry.parameters().get("shape").equals("a"), entry.parameters().containsKey("y"));
    }
  }

  @Test
  void theTableIsSortedAndHasEveryTraining() {
    List<String> lines = new SweepTable(result.entries(), true).csv().lines().toList();
    assertEquals(CANDIDATES + 1, lines.size());
    assertTrue(lines.get(0).startsWith("candidate,status,score,share,steps,seconds,seed,"));
    List<Double> scores =
        lines.stream()
            .skip(1)
            .map(line -> line.split(",", 4)[2])
            .map(score -> score.isEmpty() ? Double.MAX_VALUE : Double.valueOf(score))
            .toList();
    assertTrue(scores.contains(Double.MAX_VALUE), "one has failed, and comes last");
    assertEquals(scores.stream().sorted().toList(), scores);
  }

  @Test
  void aReplayHasTheScoreOfTheJournal() throws IOException {
    JournalEntry entry = Journal.readEntries(finished).get(result.best().candidate());
    int[] steps = {0};
    double score = SweepReplay.score(BowlTask.plan(Kind.RANDOM), entry, step -> steps[0] = step);
    assertEquals(entry.score(), score);
    assertEquals(entry.steps(), steps[0]);
  }
}
