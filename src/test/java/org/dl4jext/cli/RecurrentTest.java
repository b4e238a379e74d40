package org.dl4jext.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dl4jext.zoo.cli.Recurrent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The rules of the command line: exit codes, one line for an error, JSON and nothing else. */
class RecurrentTest {

  private record Run(int code, String out, String err) {}

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Recurrent.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Run(code, out.toString(), err.toString());
  }

  private static void assertOneLine(int code, Run run, String part) {
    assertEquals(code, run.code, run.err);
    assertEquals(1, run.err.lines().count(), run.err);
    assertTrue(run.err.contains(part), run.err);
    assertEquals("", run.out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "list", "verify", "doctor"})
  void helpIsPrinted(String command) {
    String[] args = (command + " --help").strip().split(" ");
    Run run = run(args);
    assertEquals(0, run.code);
    assertTrue(run.out.startsWith(("Usage: recurrent " + command).strip()), run.out);
    assertEquals("", run.err);
  }

  @Test
  void badUsageIsCodeTwoAndOneLine() {
    assertOneLine(2, run(), "missing subcommand");
    assertOneLine(2, run("dance"), "dance");
    assertOneLine(2, run("verify", "--dance"), "--dance");
    assertOneLine(2, run("verify", "--execution", "abacus"), "abacus");
    assertOneLine(2, run("verify", "--op", "abacus"), "abacus");
    assertOneLine(2, run("verify", "--golden", "no such folder"), "no such folder");
  }

  @Test
  void aStackTraceComesOnRequestOnly() {
    Run run = run("verify", "--op", "abacus", "--stacktrace");
    assertEquals(2, run.code);
    assertTrue(run.err.contains("\tat org.dl4jext"), run.err);
    assertTrue(run("dance", "--stacktrace").err.contains("\tat picocli"), run.err);
  }

  @Test
  void anEmptyGoldenDirectoryIsAFailure(@TempDir Path empty) {
    assertOneLine(1, run("verify", "--golden", empty.toString()), "no case");
  }

  @Test
  void verifyTellsWhatFailedAndEndsWithCodeOne(@TempDir Path directory) throws IOException {
    Files.createDirectories(directory.resolve("strange_op").resolve("one"));
    Run run = run("verify", "--golden", directory.toString());
    assertEquals(1, run.code);
    assertTrue(run.out.contains("FAILED"), run.out);
    assertTrue(run.err.contains("strange_op/one: no layer claims the op strange_op"), run.err);
  }

  @Test
  void verifyPrintsJsonAndNothingElse() throws IOException {
    Run run = run("verify", "--json", "--op", "delta_rule", "--execution", "host");
    assertEquals(0, run.code, run.err);
    JsonNode rows = new ObjectMapper().readTree(run.out);
    assertEquals(1, rows.size());
    Set<String> keys = new HashSet<>();
    rows.get(0).fieldNames().forEachRemaining(keys::add);
    assertEquals(Set.of("op", "execution", "cases", "passed", "worstError"), keys);
    assertEquals("delta_rule", rows.get(0).get("op").asText());
    assertEquals("host", rows.get(0).get("execution").asText());
    assertEquals(4, rows.get(0).get("cases").asInt());
    assertEquals(4, rows.get(0).get("passed").asInt());
    assertTrue(rows.get(0).get("worstError").asDouble() < 1e-10);
  }

  @Test
  void opsWithoutExecutionsIgnoreTheOption() throws IOException {
    Run run = run("verify", "--json", "--op", "task_parity", "--execution", "array");
    assertEquals(0, run.code, run.err);
    JsonNode row = new ObjectMapper().readTree(run.out).get(0);
    assertEquals(2, row.get("passed").asInt());
    assertTrue(row.get("execution").isNull());
  }

  @Test
  void verifyRunsEveryExecutionByDefault() {
    Run run = run("verify", "--op", "gated_delta_rule");
    assertEquals(0, run.code, run.err);
    List<String> starts =
        run.out.lines().skip(1).map(line -> line.replaceFirst(" +4 .*", "")).toList();
    assertEquals(
        List.of("gated_delta_rule  reference", "gated_delta_rule  host", "gated_delta_rule  array"),
        starts);
  }

  @Test
  void doctorTriesEveryExecution() throws IOException {
    Run run = run("doctor", "--json");
    assertEquals(0, run.code, run.err);
    JsonNode report = new ObjectMapper().readTree(run.out);
    assertTrue(report.get("backend").asText().contains("CpuBackend"), run.out);
    assertTrue(report.get("gpu").asText().startsWith("none: "), run.out);
    assertEquals(3, report.get("executions").size());
    assertTrue(report.get("healthy").asBoolean());
    Run text = run("doctor");
    assertTrue(text.out.lines().anyMatch(line -> line.startsWith("vector module ")), text.out);
  }

  @Test
  void listNamesLayersDatasetsAndCommands() throws IOException {
    Run run = run("list");
    assertEquals(0, run.code);
    for (String name : List.of("delta-product", "gated-deltanet", "parity", "verify", "doctor")) {
      assertTrue(
          Arrays.stream(run.out.split("\n")).anyMatch(l -> l.startsWith("  " + name + " ")),
          name + " is not in\n" + run.out);
    }
    JsonNode json = new ObjectMapper().readTree(run("list", "--json").out);
    for (String kind : List.of("blocks", "models")) {
      assertFalse(json.get(kind).isEmpty());
      for (JsonNode entry : json.get(kind)) {
        Class<?> type = assertDoesNotThrow(() -> Class.forName(entry.get("class").asText()));
        assertEquals(type.getSimpleName(), entry.get("name").asText());
      }
    }
    for (JsonNode layer : json.get("layers")) {
      assertDoesNotThrow(() -> Class.forName(layer.get("class").asText()));
      assertTrue(layer.get("parameters").asLong() > 0, layer.toString());
      assertTrue(layer.get("options").size() > 0, layer.toString());
      if (layer.get("name").asText().equals("delta-product")) {
        assertEquals(2, layer.get("options").get("householders").asInt());
      }
    }
  }
}
