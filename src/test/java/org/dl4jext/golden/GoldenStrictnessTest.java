package org.dl4jext.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jext.Repository;
import org.dl4jext.zoo.golden.GoldenCases;
import org.dl4jext.zoo.golden.Verifier;
import org.dl4jext.zoo.golden.Verifier.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The runner fails where it must: a case that is not understood never passes and is never skipped.
 */
class GoldenStrictnessTest {

  private static final Path SHIPPED =
      Repository.root().resolve("zoo/src/main/resources/org/dl4jext/zoo/golden/cases");

  @TempDir private Path directory;

  private Path rule;
  private Path layer;

  @BeforeEach
  void copyCases() throws IOException {
    rule = copy("gated_delta_product", "n2_state_l2");
    layer = copy("gated_deltaproduct_layer", "n2_full");
  }

  private Path copy(String op, String name) throws IOException {
    Path target = directory.resolve(op).resolve(name);
    Files.createDirectories(target);
    try (var files = Files.list(SHIPPED.resolve(op).resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
    return target;
  }

  @Test
  void anUntouchedCopyPasses() {
    assertEquals(List.of(), failures(rule));
    assertEquals(List.of(), failures(layer));
  }

  @Test
  void anUnknownOpFails() throws IOException {
    Path strange = directory.resolve("strange_op").resolve("one");
    Files.createDirectories(strange.getParent());
    Files.move(rule, strange);
    edit(strange, "\"op\": \"gated_delta_product\"", "\"op\": \"strange_op\"");
    assertFails(strange, "strange_op");
  }

  @Test
  void anOpThatContradictsItsFolderFails() throws IOException {
    edit(rule, "\"op\": \"gated_delta_product\"", "\"op\": \"delta_rule\"");
    assertFails(rule, "delta_rule");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"num_householder\": 2', '\"num_householder\": 2, \"warp\": 1', warp",
    "'\"num_householder\": 2,', '', num_householder",
    "'\"num_householder\": 2', '\"num_householder\": 0', num_householder",
    "'\"num_householder\": 2', '\"num_householder\": 2.5', num_householder",
    "'\"use_qk_l2norm\": true', '\"use_qk_l2norm\": \"sum\"', use_qk_l2norm",
    "'\"l2norm_eps\": 1e-06', '\"l2norm_eps\": null', l2norm_eps",
    "'\"float32\": true', '\"float32\": \"yes\"', float32",
    "'\"layout\"', '\"surprise\": 1, \"layout\"', surprise",
    "'\"rtol\": 1e-06', '\"rtol\": -1', rtol",
    "'\"g\": \"g.npy\",', '', gradient of g",
    "'\"o\": \"out_o.npy\",', '', o",
    "'\"q\": \"q.npy\"', '\"q\": \"q.npy\", \"w\": \"q.npy\"', input w",
    "'\"q\": \"q.npy\"', '\"q\": \"../n2_state_l2/q.npy\"', q.npy",
    "'\"q\": \"q.npy\"', '\"q\": \"k.npy\"', shape",
    "'\"g\": \"grad_g.npy\"', '\"gg\": \"grad_g.npy\"', gg",
    "'\"o\": \"cot_o.npy\"', '\"oo\": \"cot_o.npy\"', oo",
    "'\"config\"', '\"konfig\"', konfig",
  })
  void whatTheRuleRunnerDoesNotKnowFailsByName(String from, String to, String named)
      throws IOException {
    edit(rule, from, to);
    assertFails(rule, named);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"conv_bias\": false', '\"conv_bias\": false, \"gate_fn\": \"swish\"', gate_fn",
    "'\"use_short_conv\": true,', '', use_short_conv",
    "'\"allow_neg_eigval\": true', '\"allow_neg_eigval\": \"maybe\"', allow_neg_eigval",
    "'\"A_log\": \"A_log.npy\",', '', A_log",
    "'\"k_conv1d.weight\": \"k_conv1d.weight.npy\",', '', k_conv1d.weight",
    "'\"hidden_states\": \"hidden_states.npy\"', '\"x\": \"hidden_states.npy\"', hidden_states",
  })
  void whatTheLayerRunnerDoesNotKnowFailsByName(String from, String to, String named)
      throws IOException {
    edit(layer, from, to);
    assertFails(layer, named);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"num_heads\": 1', '\"num_heads\": 7', num_heads",
    "'\"num_heads\": 1', '\"num_heads\": 1, \"warp\": 1', warp",
    "'\"o\": \"sigmoid\"', '\"o\": \"tanh\"', nonlin",
    "'\"C\": \"C.npy\"', '\"D\": \"C.npy\"', ''",
    "'\"cotangents\": {', '\"cotangents\": { \"newton_1\": \"out_newton_1.npy\",', newton_1",
    "'\"newton_1\": \"out_newton_1.npy\"', '\"newton_1\": \"out_newton_2.npy\"', newton_1",
    "'\"newton_1\": \"out_newton_1.npy\"', '\"iterate\": \"out_newton_1.npy\"', iterate",
  })
  void whatTheRunnerOfDiagonalCellsDoesNotKnowFailsByName(String from, String to, String named)
      throws IOException {
    Path lstm = copy("pararnn_lstm", "tiny");
    assertEquals(List.of(), failures(lstm));
    edit(lstm, from, to);
    assertFails(lstm, named);
  }

  @Test
  void oneStepOpsTakeOneMicroStep() throws IOException {
    Path one = copy("delta_rule", "tiny");
    edit(one, "\"num_householder\": 1", "\"num_householder\": 2");
    assertFails(one, "num_householder");
  }

  @Test
  void aMissingArrayFileFails() throws IOException {
    Files.delete(rule.resolve("grad_k.npy"));
    assertFails(rule, "grad_k.npy");
  }

  @Test
  void aMissingOrBrokenCaseFileFails() throws IOException {
    Files.writeString(layer.resolve("case.json"), "{\"op\": ");
    assertFails(layer, "case.json");
    Files.delete(rule.resolve("case.json"));
    assertFails(rule, "case.json");
  }

  @ParameterizedTest
  @CsvSource({
    "out_o.npy",
    "out_final_state.npy",
    "grad_q.npy",
    "grad_g.npy",
    "grad_initial_state.npy"
  })
  void aWrongNumberFails(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(rule.resolve(file));
    ByteBuffer last = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.length - Double.BYTES;
    last.putDouble(at, last.getDouble(at) + 1e-4);
    Files.write(rule.resolve(file), bytes);
    List<String> failures = failures(rule);
    assertEquals(3 * 4, failures.size(), "every execution and float64 way: " + failures);
  }

  @Test
  void aWrongIntegerFails() throws IOException {
    Path parity = copy("task_parity", "short");
    Path file = parity.resolve("out_answer.npy");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - Integer.BYTES] ^= 1;
    Files.write(file, bytes);
    assertFails(parity, "answer");
  }

  @Test
  void nanIsNotCloseToANumber() throws IOException {
    byte[] bytes = Files.readAllBytes(rule.resolve("out_o.npy"));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putDouble(bytes.length - 8, Double.NaN);
    Files.write(rule.resolve("out_o.npy"), bytes);
    assertFails(rule, "output o");
  }

  @Test
  void aTruncatedArrayFails() throws IOException {
    byte[] bytes = Files.readAllBytes(rule.resolve("q.npy"));
    for (int length : new int[] {bytes.length - 1, 100, 9, 0}) {
      Files.write(rule.resolve("q.npy"), java.util.Arrays.copyOf(bytes, length));
      assertFails(rule, "q.npy");
    }
  }

  @Test
  void anArrayWithTrailingBytesFails() throws IOException {
    byte[] bytes = Files.readAllBytes(rule.resolve("q.npy"));
    Files.write(rule.resolve("q.npy"), java.util.Arrays.copyOf(bytes, bytes.length + 8));
    assertFails(rule, "q.npy");
  }

  @ParameterizedTest
  @CsvSource({"<f8,<f4,<f4", "<f8,>f8,>f8", "False, True ,Fortran", "<f8,|O8,|O8"})
  void anotherKindOfArrayFails(String from, String to, String named) throws IOException {
    byte[] bytes = Files.readAllBytes(rule.resolve("q.npy"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(from));
    String edited = text.replaceFirst(from, to.length() == from.length() ? to : to.strip() + " ");
    Files.write(rule.resolve("q.npy"), edited.getBytes(StandardCharsets.ISO_8859_1));
    assertFails(rule, named);
  }

  @Test
  void aNewerFormatVersionFails() throws IOException {
    byte[] bytes = Files.readAllBytes(rule.resolve("q.npy"));
    bytes[6] = 2;
    Files.write(rule.resolve("q.npy"), bytes);
    assertFails(rule, "version 1.0");
  }

  @Test
  void floatRunsAreLeftOutWhereTheCaseSaysSo() throws IOException {
    Path file = rule.resolve("out_o.npy");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer last = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.length - Double.BYTES;
    last.putDouble(at, last.getDouble(at) + 1);
    Files.write(file, bytes);
    assertTrue(failures(rule).stream().anyMatch(f -> f.contains("float32")));
    edit(rule, "\"float32\": true", "\"float32\": false");
    assertTrue(failures(rule).stream().noneMatch(f -> f.contains("float32")));
  }

  private void edit(Path folder, String from, String to) throws IOException {
    Path file = folder.resolve("case.json");
    String text = Files.readString(file);
    assertTrue(text.contains(from), () -> from + " is not in " + text);
    Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
  }

  private void assertFails(Path folder, String named) {
    List<String> failures = failures(folder);
    assertTrue(!failures.isEmpty(), "must fail");
    assertTrue(
        failures.stream().allMatch(f -> f.contains(named)), () -> named + " not in " + failures);
  }

  private List<String> failures(Path folder) {
    try (GoldenCases cases = GoldenCases.of(directory)) {
      return new Verifier()
              .verify(
                  cases,
                  folder.getParent().getFileName().toString(),
                  folder.getFileName().toString())
              .stream()
              .map(Verdict::failures)
              .flatMap(List::stream)
              .toList();
    }
  }
}
