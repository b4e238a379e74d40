package org.dl4jext.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.dl4jext.zoo.catalogue.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Space files, good and bad. */
class SweepPlanTest {

  private static SweepPlan plan(String text) throws IOException {
    return SweepPlan.of(new SweepPlan.Source("space.yaml", text, null, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "delta-product.housholders: [1, 2] | DeltaSpec has no component 'housholders'; it has [hea",
        "delta-produkt.heads: [1, 2]       | there is no such parameter; there are layer, width,",
        "widht: 16                         | there is no such parameter; there are layer, width,",
        "width: [16, wide]                 | width is wide; allowed: whole numbers from 1 to 4096",
        "layer: [lstm, lstn]               | layer is 'lstn'; allowed: rnn, lstm,",
        "delta-product.householders: [1.5] | householders is 1.5; allowed: whole numbers",
        "delta-product.forgetGate: [1, 0]  | forgetGate is 1; allowed: true and false",
        "delta-product.eigenvalueRange: [SINGED] | eigenvalueRange is SINGED; allowed: [UNIT, SI",
        "width: []                         | is an empty list",
        "width: {from: 32, to: 16}         | empty range from 32 to 16",
        "rate: {from: 0.01, to: 0.01}      | empty range from 0.01 to 0.01",
        "lstm.forgetBias: {from: -1.0, to: 1.0, log: true} | the log of -1.0 does not exist",
        "rate: {from: -0.1, to: 0.1}       | rate is -0.1; allowed: numbers above 0.0",
        "width: {from: 16, to: 32, log: true} | log is for numbers with a fraction",
        "rate: {from: low, to: 0.1}        | from is low; allowed: numbers",
        "rate: {from: 0.001}               | a range needs from and to",
        "rate: {min: 0.001, max: 0.1}      | a range has from, to and log, not 'min'",
      })
  void aBadParameterIsToldWithFileLineAndName(String line, String problem) {
    String text = "task: parity\nspace:\n  # the third line\n  " + line.strip() + "\n";
    var error = assertThrows(SpaceException.class, () -> plan(text));
    String name = line.substring(0, line.indexOf(':'));
    assertTrue(
        error.getMessage().startsWith("space.yaml:4: " + name + ": " + problem),
        error.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tusk: parity                 | 1 | task: is missing; allowed: parity, state-tracking",
        "task: parrots                | 1 | task: task is parrots; allowed: parity, state-tra",
        "steps: many                  | 2 | steps: steps is many; allowed: whole numbers from 1",
        "search: rondom               | 2 | search: search is rondom; allowed: random, grid, g",
        "stopping: mean               | 2 | stopping: stopping is mean; allowed: none, median",
        "score: accurracy             | 2 | score: score is accurracy; allowed: accuracy, loss",
        "eta: 3                       | 2 | eta: unknown name here",
        "gridValues: 3                | 2 | gridValues: unknown name here",
        "patience: 3                  | 2 | patience: unknown name here",
      })
  void aBadSettingIsToldWithFileLineAndName(String line, int number, String problem) {
    String first = number == 1 ? "" : "task: parity\n";
    String text = first + line.strip() + "\nspace:\n  width: [16, 32]\n";
    var error = assertThrows(SpaceException.class, () -> plan(text));
    assertTrue(
        error.getMessage().startsWith("space.yaml:" + number + ": " + problem), error.getMessage());
  }

  @Test
  void whatIsNotYamlIsToldWithItsLine() {
    var error = assertThrows(SpaceException.class, () -> plan("task: parity\nspace: [1, 2\n"));
    assertTrue(error.getMessage().matches("space.yaml:[23]: not YAML: .*"), error.getMessage());
    var twice = assertThrows(SpaceException.class, () -> plan("task: parity\ntask: parity\n"));
    assertTrue(twice.getMessage().startsWith("space.yaml:2: not YAML: Dupl"), twice.getMessage());
  }

  @ParameterizedTest
  @EnumSource(value = NamedTask.class, mode = EnumSource.Mode.EXCLUDE, names = "FORECAST")
  void presetsHaveValidCandidates(NamedTask task) throws IOException {
    String resource = "/org/dl4jext/zoo/sweep/" + Labels.of(task) + ".yaml";
    try (InputStream in = SweepPlan.class.getResourceAsStream(resource)) {
      SweepPlan plan = plan(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      var candidates = plan.search().candidates(plan.space(), new SweepScore(false), 20, 1);
      for (int i = 0; i < 20; i++) {
        assertTrue(candidates.hasMoreCandidates());
        assertEquals(i, candidates.getCandidate().getIndex());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eta: 1    | eta: eta is 1; allowed: whole numbers from 2 to 1000",
        "eta: two  | eta: eta is two; allowed: whole numbers from 2 to 1000",
        "rounds: 1 | rounds: rounds is 1; allowed: whole numbers from 2 to 20",
      })
  void aBadSettingOfHalvingIsToldWithFileLineAndName(String line, String problem) {
    String text = "task: parity\nsearch: halving\n" + line + "\nspace:\n  width: [16, 32]\n";
    var error = assertThrows(SpaceException.class, () -> plan(text));
    assertEquals("space.yaml:3: " + problem, error.getMessage());
  }

  @Test
  void halvingTakesItsSettings() throws IOException {
    String text = "{task: parity, search: halving, eta: 2, rounds: 4, space: {width: [16, 32]}}";
    Search search = plan(text).search();
    assertEquals(16 + 8 + 4 + 2, search.trainings(16));
  }

  @Test
  void valuesListsAndRangesBecomeSpaces() throws IOException {
    SweepPlan plan =
        plan(
            """
            task: parity
            space:
              layer: delta-product
              width: {from: 16, to: 32}
              rate: {from: 1e-3, to: 1e-2, log: true}
              delta-product.householders: [1, 2]
              delta-product.chunkTokens: [8]
            """);
    assertEquals(
        List.of("width", "rate", "delta-product.householders"),
        List.copyOf(plan.space().varying().keySet()));
    assertEquals(3, new RandomSearchGenerator(plan.space()).getParameterSpace().numParameters());
    Map<String, Object> middle = plan.space().getValue(new double[] {0.5, 0.5, 0.5});
    assertEquals("delta-product", middle.get("layer"));
    assertEquals(24, middle.get("width"));
    assertEquals(Math.sqrt(1e-5), (Double) middle.get("rate"), 1e-12);
    assertEquals(2, middle.get("delta-product.householders"));
    assertEquals(8, middle.get("delta-product.chunkTokens"));
  }

  @Test
  void componentsOfAnotherLayerDoNotCount() throws IOException {
    SweepPlan plan =
        plan(
            """
            task: parity
            space:
              layer: [delta-product, lstm]
              delta-product.householders: [1, 2]
              lstm.forgetBias: [0.0, 1.0]
            """);
    new RandomSearchGenerator(plan.space());
    assertEquals(
        Set.of("layer", "delta-product.householders"),
        plan.space().getValue(new double[] {0, 0, 0}).keySet());
    assertEquals(
        Set.of("layer", "lstm.forgetBias"),
        plan.space().getValue(new double[] {0.9, 0, 0}).keySet());
  }

  @Test
  void valuesThatDoNotGoTogetherAreRefusedBeforeTraining() throws IOException {
    SweepPlan plan =
        plan(
            """
            task: parity
            space:
              layer: lstm
              width: [16, 18]
              lstm.heads: [1, 4]
            """);
    new RandomSearchGenerator(plan.space());
    plan.space().getValue(new double[] {0, 0.9});
    assertThrows(RuntimeException.class, () -> plan.space().getValue(new double[] {0.9, 0.9}));
  }
}
