package org.dl4jext.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.dl4jext.zoo.models.SafeModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tasks of sweeps, trained for a few steps. */
class NamedTaskTest {

  private static final int MANY = 1000;

  @TempDir private Path folder;

  private static final String TRACKING =
      "{task: parity, steps: 4, length: 4, score: loss, space: {layer: gru, width: 8}}";

  private static SweepPlan plan(String text) throws IOException {
    return SweepPlan.of(new SweepPlan.Source("space.yaml", text, null, List.of()));
  }

  private static Map<String, Object> candidate(SweepPlan plan) {
    new RandomSearchGenerator(plan.space());
    return plan.space().getValue(new double[plan.space().numParameters()]);
  }

  private static SweepTask.Outcome train(SweepPlan plan, double share, SweepTask.Watch watch) {
    return plan.task().train(candidate(plan), 3, share, watch);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TRACKING,
        "{task: parity, steps: 4, length: 4, space: {layer: gru, width: 8, rate: 0.01}}",
        "{task: mqar, steps: 4, keys: 4, pairs: 2, space: {width: 8, keySize: 4, rate: 0.01}}",
        "{task: arrow, steps: 4, space: {width: 8, heads: 2, gates: NONE}}",
        "{task: digits, epochs: 1, space: {layer: gru, width: 4, gru.heads: 2}}",
        "{task: pointer-hopping, steps: 4, space: {width: 8, heads: 2, innerSize: 8, batch: 8}}",
        "{task: copy, steps: 4, length: 2, space: {width: 8, heads: 2, batch: 8}}",
        "{task: reverse, steps: 4, length: 2, space: {model: LSTM, width: 8, batch: 8}}",
        "{task: addition, steps: 4, length: 2, testLength: 4, space: {model: UT_FIXED, batch: 8}}",
        "{task: babi, steps: 4, facts: 2, space: {model: TRANSFORMER, width: 8, batch: 8}}",
        "{task: qkan-forecast, space: {hidden: 1, qkan.reps: 1}}",
      })
  void aShareIsTheBeginningOfTheTrainingAndRepeatsItself(String text) throws IOException {
    SweepPlan plan = plan(text);
    List<Integer> heard = new ArrayList<>();
    int[] full = {0};
    SweepTask.Outcome ended =
        train(
            plan,
            1,
            (step, steps, score) -> {
              heard.add(step);
              full[0] = steps;
              assertTrue(Double.isFinite(score), "intermediate score " + score);
              return step < 2;
            });
    assertEquals(List.of(1, 2), heard);
    assertEquals(2, ended.steps());
    SweepTask.Outcome share = train(plan, 2.0 / full[0], (step, steps, score) -> true);
    assertEquals(2, share.steps());
    assertEquals(ended.score(), share.score());
    Path file = folder.resolve("model.zip");
    share.model().write(file);
    assertNotNull(SafeModels.load(file).network());
  }

  @Test
  void aTrainingInFullTellsEachStepAndEndsAtTheLast() throws IOException {
    List<Integer> heard = new ArrayList<>();
    SweepPlan plan = plan(TRACKING);
    SweepTask.Outcome outcome = train(plan, 1, (step, steps, score) -> heard.add(step));
    assertEquals(IntStream.rangeClosed(1, 4).boxed().toList(), heard);
    assertEquals(4, outcome.steps());
    SweepTask.Outcome half = train(plan, 0.5, (step, steps, score) -> true);
    assertNotEquals(half.score(), outcome.score());
  }

  /** What does not vary has its usual value, so each parameter has a say. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "memory: DELTA",
        "caching.variant: RESIDUAL",
        "caching.segmentLength: 2",
        "width: 16",
        "rate: 0.1",
      })
  void aParameterOfARecordOfOptionsChangesTheTraining(String parameter) throws IOException {
    String usual = "{task: mqar, steps: 2, keys: 8, pairs: 6, space: {valueSize: 8}}";
    String other = usual.replace("valueSize: 8", "valueSize: 8, " + parameter);
    assertNotEquals(lastIntermediateScore(usual), lastIntermediateScore(other));
  }

  private static double lastIntermediateScore(String text) throws IOException {
    double[] last = {0};
    train(plan(text), 1, (step, steps, score) -> (last[0] = score) < MANY);
    return last[0];
  }

  @Test
  void whatSaysHowLongATrainingIsIsNoParameter() throws IOException {
    for (String name : List.of("steps", "seed", "pairs", "caching", "caching.topk")) {
      var error =
          assertThrows(
              SpaceException.class, () -> plan("{task: mqar, space: {" + name + ": [1, 2]}}"));
      String start = "space.yaml:1: " + name + ": there is no such parameter; there are memory, c";
      assertTrue(error.getMessage().startsWith(start), error.getMessage());
    }
  }

  @Test
  void lossesAreBetterWhereTheyAreSmaller() throws IOException {
    SweepPlan plan = plan(TRACKING);
    assertTrue(plan.task().minimize());
    assertEquals("cross-entropy at length 4", plan.task().scoreName());
    List<Double> intermediate = new ArrayList<>();
    train(plan, 1, (step, steps, score) -> intermediate.add(score));
    assertTrue(intermediate.stream().allMatch(score -> score < 0), intermediate::toString);
  }
}
