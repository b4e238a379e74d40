package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that trains leaves a page to read. */
class TrainingReportTest {

  private static final Path DATA = Path.of("..", "docs", "data");

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private int recurrent(List<String> args) {
    PrintWriter out = new PrintWriter(new StringWriter());
    return Recurrent.run(out, new PrintWriter(err, true), args.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train parity --steps 2",
        "train mqar --steps 1",
        "train pointer-hopping --steps 1 --width 8 --inner 8",
        "forecast --data SUNSPOTS --epochs 1 --width 4 --layer rnn"
      })
  void everyTrainingCommandWritesAReport(String command) throws Exception {
    Path to = folder.resolve("run");
    String line =
        command
            .replace("DIGITS", DATA.resolve("digits/digits.csv.gz").toString())
            .replace("SUNSPOTS", DATA.resolve("sunspots.csv").toString());
    List<String> args = List.of((line + " --out " + to).split(" "));
    assertEquals(0, recurrent(args), err::toString);
    String html = Files.readString(to.resolve("report.html"));
    assertTrue(html.contains("recurrent " + String.join(" ", args)), html);
    assertTrue(html.contains("<th>--seed</th>"), html);
    assertTrue(html.contains("data:image/png;base64,"), html);
    assertTrue(html.contains("<h2>Environment</h2>"), html);
    assertFalse(html.contains("<script"), html);
    assertTrue(Files.size(to.resolve("model.zip")) > 0);
    assertTrue(Files.size(to.resolve("metrics.json")) > 0);
  }

  /** These measure thousands of pictures. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {"train arrow --steps 1", "train digits --layer plstm-2d --epochs 1 --data DIGITS"})
  void trainingOnPicturesWritesAReportToo(String command) throws Exception {
    everyTrainingCommandWritesAReport(command);
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefusedBeforeTraining() throws Exception {
    Path file = Files.writeString(folder.resolve("run"), "keep me");
    assertEquals(2, recurrent(List.of("train", "arrow", "--out", file.toString())));
    assertTrue(err.toString().contains("a file; needed: a directory"), err::toString);
    assertEquals("keep me", Files.readString(file));
  }
}
