package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.sweep.Journal;
import org.dl4jext.zoo.sweep.JournalEntry;
import org.dl4jext.zoo.sweep.NamedTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The command from its arguments to its files. */
class SweepCommandTest {

  private static final String SMALL =
      """
      task: parity
      steps: 4
      length: 4
      space:
        layer: [delta-product, lstm]
        width: 8
        rate: {from: 1e-3, to: 1e-2, log: true}
        delta-product.householders: [1, 2]
      """;

  @TempDir Path folder;
  private Path space;
  private Path out;

  @BeforeEach
  void writeSpace() throws IOException {
    space = Files.writeString(folder.resolve("space.yaml"), SMALL);
    out = folder.resolve("out");
  }

  private Invocation sweep(String... more) {
    List<String> args = new ArrayList<>(List.of("sweep", space.toString()));
    args.addAll(List.of("--candidates", "2", "--out", out.toString()));
    args.addAll(List.of(more));
    return Invocation.of(args.toArray(String[]::new));
  }

  @Test
  void leavesJournalModelTableAndReportAndReplays() throws IOException {
    sweep("--workers", "2").ok();
    assertEquals(2, Journal.readEntries(out).size());
    assertNotNull(SafeModels.load(out.resolve("model.zip")).network());
    assertEquals(3, Files.readAllLines(out.resolve("candidates.csv")).size());
    String report = Files.readString(out.resolve("report.html"));
    for (String part : List.of("History", "Parallel coordinates", "Candidates", "Environment")) {
      assertTrue(report.contains(part), part);
    }
    String journal = Files.readString(out.resolve(Journal.FILE));

    assertTrue(sweep().refused(2).contains("holds a sweep; --resume goes on"));
    JsonNode tree = new ObjectMapper().readTree(sweep("--resume", "--json").ok().out());
    assertEquals(2, tree.get("trainings").asInt());
    assertEquals(journal, Files.readString(out.resolve(Journal.FILE)));

    assertTrue(replay(1).ok().out().contains("the same"));
    assertTrue(replay(99).refused(2).contains("candidate 99 is not in the journal"));
    Files.writeString(
        out.resolve(Journal.FILE), journal.replaceAll("\"score\":[0-9.E-]+", "\"score\":0.123"));
    Invocation other = replay(1);
    assertEquals(1, other.code());
    assertTrue(other.out().contains("different"), other.out());
  }

  private Invocation replay(int candidate) {
    return Invocation.of("sweep", "replay", out.toString(), String.valueOf(candidate));
  }

  @Test
  void aBadSpaceFailsInOneLineBeforeAnythingIsWritten() throws IOException {
    Files.writeString(space, SMALL.replace("householders", "householder"));
    String error = sweep().refused(2);
    assertTrue(
        error.startsWith(
            "recurrent sweep: "
                + space
                + ":8: delta-product.householder: DeltaSpec has no component 'householder'"),
        error);
    assertTrue(Files.notExists(out));
  }

  @Test
  void badArgumentsAreRefused() {
    String workers = sweep("--workers", "0").refused(2);
    assertTrue(workers.contains("--workers is 0; allowed: whole numbers from 1 to 1024"), workers);
    String missing = Invocation.of("sweep").refused(2);
    assertTrue(missing.contains("missing space"), missing);
    String unknown = Invocation.of("sweep", "partiy").refused(2);
    assertTrue(unknown.contains("no such file or preset: partiy"), unknown);
    String forecast = Invocation.of("sweep", "forecast").refused(2);
    assertTrue(forecast.contains("data: a forecast needs a CSV file"), forecast);
  }

  @Test
  void theHelpNamesEveryPreset() {
    List<String> words = List.of(Invocation.of("sweep", "--help").ok().out().split("[^a-z-]+"));
    for (String preset : NamedTask.labels()) {
      assertTrue(words.contains(preset), preset);
    }
  }

  @Test
  void theLayerOfAForecastCanBeSearched() throws IOException {
    StringBuilder csv = new StringBuilder("value\n");
    for (int i = 0; i < 60; i++) {
      csv.append(Math.sin(i / 3.0) + 0.1 * Math.cos(7.0 * i)).append('\n');
    }
    Path data = Files.writeString(folder.resolve("data.csv"), csv);
    Files.writeString(
        space, "task: forecast\nspace:\n  layer: [lstm, gru]\n  width: 4\n  epochs: 1\n");
    Invocation done = sweep("--data", data.toString()).ok();
    assertTrue(done.out().contains("MASE on the validation part"), done.out());
    assertNotNull(SafeModels.load(out.resolve("model.zip")).network());
    replay(0).ok();
  }

  @Test
  void aSweepOutOfTimeStopsAndGoesOn() throws IOException {
    Files.writeString(space, SMALL.replace("steps: 4", "steps: 5000"));
    Invocation stopped = sweep("--max-time", "1").ok();
    assertTrue(stopped.err().contains("stopped; --resume goes on"), stopped.err());
    assertEquals(List.of(), Journal.readEntries(out));
    sweep("--resume", "--time-limit", "1").ok();
    assertEquals(
        List.of(JournalEntry.Status.TIME_LIMIT, JournalEntry.Status.TIME_LIMIT),
        Journal.readEntries(out).stream().map(JournalEntry::status).toList());
  }

  /** Processes of their own, killed as by kill -9 soon after so many candidates are finished. */
  @Tag("slow")
  @Test
  void aSweepThatIsKilledComesToTheSameEnd() throws Exception {
    Files.writeString(space, SMALL.replace("steps: 4", "steps: 25"));
    Invocation.of("sweep", space.toString(), "--candidates", "8", "--out", out.toString()).ok();
    Path killed = folder.resolve("killed");
    Random random = new Random(11);
    for (int finished : new int[] {1, 3, 5}) {
      Process process = resume(killed);
      while (process.isAlive() && finished(killed) < finished) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(200));
      assertTrue(process.isAlive(), "ended by itself after " + finished(killed));
      process.destroyForcibly().waitFor();
    }
    assertEquals(0, resume(killed).waitFor());
    assertEquals(essence(out), essence(killed));
  }

  private Process resume(Path target) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "--add-modules=jdk.incubator.vector",
            Recurrent.class.getName(),
            "sweep",
            space.toString(),
            "--candidates",
            "8",
            "--resume",
            "--out",
            target.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Lines of the journal behind the one that says what the sweep is. */
  private static int finished(Path folder) throws IOException {
    Path journal = folder.resolve(Journal.FILE);
    if (!Files.exists(journal)) {
      return 0;
    }
    return (int) Files.readString(journal).chars().filter(c -> c == '\n').count() - 1;
  }

  private static Map<Integer, String> essence(Path folder) throws IOException {
    Map<Integer, String> scores = new TreeMap<>();
    for (JournalEntry entry : Journal.readEntries(folder)) {
      String before =
          scores.put(entry.candidate(), entry.score() + " " + entry.parameters() + entry.seed());
      assertEquals(null, before, "candidate " + entry.candidate() + " twice");
    }
    return scores;
  }
}
