package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ForecastCommandTest {

  private static final String[] QUICK = {
    "--layer", "rnn", "--width", "4", "--epochs", "1", "--horizon", "4", "--context", "8"
  };

  @TempDir private Path folder;

  private record Answer(int code, String out, String err) {}

  private static Answer recurrent(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Recurrent.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Answer(code, out.toString(), err.toString());
  }

  private Answer forecast(Path data, String... more) {
    List<String> args =
        new ArrayList<>(List.of("forecast", "--data", data.toString(), "--out", out().toString()));
    args.addAll(List.of(more));
    return recurrent(args.toArray(String[]::new));
  }

  private Path out() {
    return folder.resolve("result");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), content);
  }

  /** Rows of a wave with a column of text and a gap. */
  private static String table(int rows) {
    StringBuilder text = new StringBuilder("day,sky,x,y\n");
    for (int t = 0; t < rows; t++) {
      String x = t == 17 ? "" : Double.toString(Math.sin(t) + 0.01 * (t % 7));
      text.append(java.time.LocalDate.of(2020, 1, 1).plusDays(t))
          .append(",sun,")
          .append(x)
          .append(',')
          .append(3 + Math.cos(t) * (1 + t % 3))
          .append('\n');
    }
    return text.toString();
  }

  private static void assertOneLine(Answer answer) {
    assertEquals("", answer.out());
    assertEquals(1, answer.err().strip().lines().count(), answer.err());
    assertFalse(answer.err().contains("Exception"), answer.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "\\0\\1garbage\\0!not a text file",
        "''!the file is empty",
        "day,x\\n!no rows after the header",
        "a,b\\nfog,rain\\nsun,fog\\n!no column holds numbers",
        "day,x\\n2020-01-01,1\\n2020-01-02,1,2\\n!line 3: 3 cells",
        "x\\n1\\n2\\n3\\n4\\n5\\n!5 rows; needed: at least 24"
      })
  void contentThatCannotBeUsedIsAnsweredInOneLine(String content, String expected)
      throws IOException {
    String text = content.replace("\\n", "\n").replace("\\0", "\0").replace("\\1", "\1");
    Answer answer = forecast(file(text), QUICK);
    assertEquals(1, answer.code(), answer.err());
    assertOneLine(answer);
    assertTrue(answer.err().contains("data.csv: "), answer.err());
    assertTrue(answer.err().contains(expected), answer.err());
    assertFalse(Files.exists(out()), "nothing may be written");
  }

  @Test
  void aConstantSeriesIsUnusable() throws IOException {
    Answer answer = forecast(file("x\n" + "3\n".repeat(60)), QUICK);
    assertEquals(1, answer.code());
    assertOneLine(answer);
    assertTrue(answer.err().contains("'x' is constant"), answer.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "--horizon!0!--horizon is 0; allowed: at least 1",
        "--horizon!17!horizon is 17; allowed for 80 rows: 1 to 16",
        "--horizon!99999!horizon is 99999; allowed: 1 to 10000",
        "--horizon!many!--horizon",
        "--context!0!--context is 0",
        "--context!70!context is 70; allowed",
        "--season!30!season is 30; allowed",
        "--layer!flux!layer is 'flux'; allowed: ",
        "--target!z!no column 'z'; columns: day, sky, x, y",
        "--time!z!no column 'z'",
        "--covariates!z!no column 'z'",
        "--width!0!width is 0; allowed",
        "--depth!0!depth is 0; allowed",
        "--epochs!0!epochs is 0; allowed",
        "--level!1!level is 1.0; allowed",
        "--data!/nowhere/x.csv!no such file: /nowhere/x.csv",
        "--data!/!/ is a directory",
        "--unknown!1!--unknown"
      })
  void badUsageIsAnsweredInOneLine(String option, String value, String expected)
      throws IOException {
    Path data = file(table(80));
    Answer answer =
        option.equals("--data")
            ? recurrent("forecast", option, value, "--out", out().toString())
            : forecast(data, option, value);
    assertEquals(2, answer.code(), answer.err());
    assertOneLine(answer);
    assertTrue(answer.err().contains(expected), answer.err());
    assertFalse(Files.exists(out()), "nothing may be written");
  }

  @Test
  void aTextColumnAsTargetNamesLineAndColumn() throws IOException {
    Answer answer = forecast(file(table(80)), "--target", "sky");
    assertEquals(1, answer.code());
    assertOneLine(answer);
    assertTrue(answer.err().contains("line 2, column 'sky': 'sun' is not a number"));
  }

  @Test
  void anOutputThatIsAFileIsBadUsage() throws IOException {
    Files.writeString(out(), "keep me");
    Answer answer = forecast(file(table(80)), QUICK);
    assertEquals(2, answer.code());
    assertOneLine(answer);
    assertEquals("keep me", Files.readString(out()));
  }

  @Test
  void jsonIsOneObjectWithTargetsSecondsAndFiles() throws IOException {
    List<String> args = new ArrayList<>(List.of(QUICK));
    args.addAll(List.of("--json", "--target", "x", "--covariates", "y"));
    Answer answer = forecast(file(table(90)), args.toArray(String[]::new));
    assertEquals(0, answer.code(), answer.err());
    assertEquals(1, answer.out().strip().lines().count());
    JsonNode tree = new ObjectMapper().readTree(answer.out());
    assertEquals(List.of("targets", "seconds", "files"), names(tree));
    JsonNode target = tree.get("targets").get("x");
    assertEquals(List.of("model", "baselines"), names(target));
    assertEquals(
        List.of("lastValue", "seasonalNaive", "autoregression"), names(target.get("baselines")));
    for (JsonNode scores :
        List.of(target.get("model"), target.get("baselines").get("autoregression"))) {
      assertEquals(List.of("mae", "rmse", "mase", "smape"), names(scores));
      assertTrue(scores.get("mase").asDouble() > 0);
    }
    assertTrue(tree.get("seconds").asDouble() > 0);
    assertEquals(
        List.of("model", "metrics", "forecast", "plot", "report"), names(tree.get("files")));
    for (JsonNode file : tree.get("files")) {
      assertTrue(Files.size(Path.of(file.asText())) > 0, file.asText());
    }
    assertTrue(answer.err().contains("1 missing values of 'x'"), answer.err());
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void aSavedModelPredictsAndIsEvaluated() throws IOException {
    Path data = file(table(90));
    List<String> args = new ArrayList<>(List.of(QUICK));
    args.addAll(List.of("--hybrid", "--target", "y"));
    Answer trained = forecast(data, args.toArray(String[]::new));
    assertEquals(0, trained.code(), trained.err());
    assertTrue(trained.out().contains("hybrid"), trained.out());
    assertTrue(trained.out().contains("network"), trained.out());
    String model = out().resolve("model.zip").toString();

    Answer predicted = recurrent("predict", model, "--data", data.toString());
    assertEquals(0, predicted.code(), predicted.err());
    List<String> written = Files.readAllLines(out().resolve("forecast.csv"));
    List<String> lines = predicted.out().lines().toList();
    assertEquals(5, lines.size());
    assertEquals(written.subList(1, 5), lines.subList(1, 5));
    assertTrue(lines.get(1).startsWith("2020-03-31,y,"), lines.get(1));

    Answer evaluated = recurrent("evaluate", model, "--data", data.toString(), "--json");
    assertEquals(0, evaluated.code(), evaluated.err());
    JsonNode metrics =
        new ObjectMapper().readTree(out().resolve("metrics.json").toFile()).get("targets");
    JsonNode again = new ObjectMapper().readTree(evaluated.out()).get("targets");
    assertEquals(metrics.get("y").get("model"), again.get("y").get("model"));

    Path longer = folder.resolve("longer.csv");
    Answer toFile =
        recurrent(
            "predict",
            model,
            "--data",
            data.toString(),
            "--horizon",
            "9",
            "--out",
            longer.toString());
    assertEquals(0, toFile.code(), toFile.err());
    assertEquals("", toFile.out());
    assertEquals(10, Files.readAllLines(longer).size());
  }

  @ParameterizedTest
  @CsvSource({"predict", "evaluate"})
  void modelsThatAreNoneAreRefused(String command) throws IOException {
    Path data = file(table(80));
    Answer text = recurrent(command, data.toString(), "--data", data.toString());
    assertEquals(1, text.code(), text.err());
    assertOneLine(text);
    Answer missing = recurrent(command, "/nowhere/m.zip", "--data", data.toString());
    assertEquals(2, missing.code(), missing.err());
    assertOneLine(missing);
  }
}
