package org.dl4jext.zoo.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.zoo.universal.ReasoningRun.Result;

/** All models on one task with about as many parameters and the same number of updates. */
public final class ReasoningTable {

  /** The seeds of every row. */
  public static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  private ReasoningTable() {}

  /**
   * One model with its medians over the seeds.
   *
   * @param model what was trained
   * @param parameters of its network
   * @param results medians, by difficulty
   * @param seconds of all its runs
   */
  public record Median(
      ReasoningModel model, long parameters, List<Result> results, double seconds) {}

  /** Rows: every model with the first seed. */
  public static List<ReasoningOptions> rows(ReasoningOptions options) {
    return Arrays.stream(ReasoningModel.values())
        .map(model -> options.with("model", model).with("seed", SEEDS.get(0)))
        .toList();
  }

  /** Trains a row with each seed. */
  public static Median run(
      ReasoningTask task,
      ReasoningOptions row,
      List<Integer> difficulties,
      ReasoningRun.Listener listener) {
    List<ReasoningRun> runs = new ArrayList<>();
    for (long seed : SEEDS) {
      runs.add(ReasoningRun.train(task, row.with("seed", seed), difficulties, listener));
    }
    List<Result> medians =
        difficulties.stream()
            .map(
                d ->
                    new Result(
                        d,
                        median(runs, d, Result::token),
                        median(runs, d, Result::sequence),
                        median(runs, d, Result::meanSteps)))
            .toList();
    return new Median(
        row.model(),
        runs.get(0).network().numParams(),
        medians,
        runs.stream().mapToDouble(ReasoningRun::seconds).sum());
  }

  private static double median(
      List<ReasoningRun> runs, int difficulty, ToDoubleFunction<Result> value) {
    return runs.stream()
        .mapToDouble(run -> value.applyAsDouble(run.at(difficulty)))
        .sorted()
        .toArray()[runs.size() / 2];
  }
}
