package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.sweep.Journal;
import org.dl4jext.zoo.sweep.JournalEntry;
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
  private String stdout;
  private String stderr;

  @BeforeEach
  void writeSpace() throws IOException {
    space = Files.writeString(folder.resolve("space.yaml"), SMALL);
    out = folder.resolve("out");
  }

  private int run(String... args) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int code = Recurrent.run(new PrintWriter(outText), new PrintWriter(errText), args);
    stdout = outText.toString();
    stderr = errText.toString();
    return code;
  }

  private int sweep(String... more) {
    List<String> args = new ArrayList<>(List.of("sweep", space.toString()));
    args.addAll(List.of("--candidates", "3", "--out", out.toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void leavesJournalModelTableAndReportAndReplays() throws IOException {
    assertEquals(0, sweep("--workers", "2"), stderr);
    assertEquals(3, Journal.readEntries(out).size());
    assertNotNull(SafeModels.load(out.resolve("model.zip")).network());
    assertEquals(4, Files.readAllLines(out.resolve("candidates.csv")).size());
    String report = Files.readString(out.resolve("report.html"));
    for (String part : List.of("History", "Parallel coordinates", "Candidates", "Environment")) {
      assertTrue(report.contains(part), part);
    }
    String journal = Files.readString(out.resolve(Journal.FILE));

    assertEquals(2, sweep());
    assertTrue(stderr.contains("holds a sweep; --resume goes on"), stderr);
    assertEquals(0, sweep("--resume", "--json"), stderr);
    JsonNode tree = new ObjectMapper().readTree(stdout);
    assertEquals(3, tree.get("trainings").asInt());
    assertEquals(journal, Files.readString(out.resolve(Journal.FILE)));

    assertEquals(0, run("sweep", "replay", out.toString(), "1"), stdout + stderr);
    assertTrue(stdout.contains("the same"), stdout);
    assertEquals(2, run("sweep", "replay", out.toString(), "99"));
    assertTrue(stderr.contains("candidate 99 is not in the journal"), stderr);
  }

  @Test
  void aReplayWithAnotherScoreFails() throws IOException {
    assertEquals(0, sweep(), stderr);
    Path journal = out.resolve(Journal.FILE);
    String text = Files.readString(journal);
    Files.writeString(journal, text.replaceAll("\"score\":[0-9.E-]+", "\"score\":0.123"));
    assertEquals(1, run("sweep", "replay", out.toString(), "0"));
    assertTrue(stdout.contains("different"), stdout);
  }

  @Test
  void aBadSpaceFailsInOneLineBeforeAnythingIsWritten() throws IOException {
    Files.writeString(space, SMALL.replace("householders", "householder"));
    assertEquals(2, sweep());
    assertTrue(
        stderr.startsWith(
            "recurrent sweep: "
                + space
                + ":8: delta-product.householder: DeltaSpec has no component 'householder'"),
        stderr);
    assertEquals(1, stderr.lines().count());
    assertTrue(Files.notExists(out));
  }

  @Test
  void badArgumentsAreRefused() {
    assertEquals(2, sweep("--workers", "0"));
    assertTrue(stderr.contains("--workers is 0; allowed: 1 to 1024"), stderr);
    assertEquals(2, run("sweep"));
    assertTrue(stderr.contains("missing space"), stderr);
    assertEquals(2, run("sweep", "partiy"));
    assertTrue(stderr.contains("no such file or preset: partiy"), stderr);
    assertEquals(2, run("sweep", "forecast"));
    assertTrue(stderr.contains("data: a forecast needs a CSV file"), stderr);
  }

  @Test
  void theLayerOfAForecastCanBeSearched() throws IOException {
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("value\n");
    for (int i = 0; i < 80; i++) {
      csv.append(Math.sin(i / 3.0) + 0.1 * random.nextGaussian()).append('\n');
    }
    Path data = Files.writeString(folder.resolve("data.csv"), csv);
    Files.writeString(
        space, "task: forecast\nspace:\n  layer: [lstm, gru]\n  width: 8\n  epochs: 1\n");
    assertEquals(0, sweep("--data", data.toString()), stderr);
    assertTrue(stdout.contains("MASE on the validation part"), stdout);
    assertNotNull(SafeModels.load(out.resolve("model.zip")).network());
    assertEquals(0, run("sweep", "replay", out.toString(), "0"), stdout + stderr);
  }

  @Test
  void aSweepOutOfTimeStopsAndCanGoOn() {
    assertEquals(
        0,
        run("sweep", "parity", "--candidates", "9", "--max-time", "1", "--out", out.toString()),
        stderr);
    assertTrue(stderr.contains("stopped; --resume goes on"), stderr);
  }

  /** A process of its own, killed as by kill -9 at moments that a seed chooses. */
  @Tag("slow")
  @Test
  void aSweepThatIsKilledComesToTheSameEnd() throws Exception {
    Files.writeString(space, SMALL.replace("steps: 4", "steps: 25"));
    assertEquals(
        0, run("sweep", space.toString(), "--candidates", "8", "--out", out.toString()), stderr);
    Map<Integer, String> whole = essence(out);
    Path killed = folder.resolve("killed");
    Random random = new Random(11);
    int kills = 0;
    while (kills < 4 && start(killed, 1500 + random.nextInt(4000)) != 0) {
      kills++;
    }
    assertTrue(kills > 0, "it was never killed");
    assertEquals(0, start(killed, 300_000));
    assertEquals(whole, essence(killed));
  }

  private int start(Path target, long milliseconds) throws Exception {
    Process process =
        new ProcessBuilder(
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
    if (!process.waitFor(milliseconds, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return process.exitValue();
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
