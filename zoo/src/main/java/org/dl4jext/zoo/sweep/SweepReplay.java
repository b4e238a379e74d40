package org.dl4jext.zoo.sweep;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/** Trains what a line of a journal tells once more. */
public final class SweepReplay {

  private SweepReplay() {}

  /**
   * The score that the same values and the same seed give now.
   *
   * @param step hears the steps of the training
   */
  public static double score(SweepPlan plan, JournalEntry entry, IntConsumer step) {
    Map<String, Object> values = new LinkedHashMap<>();
    // JSON has no enums: the task reads them by name.
    entry.parameters().forEach((name, value) -> values.put(name, plan.task().convert(name, value)));
    return plan.task()
        .train(
            values,
            entry.seed(),
            entry.share(),
            (at, steps, score) -> {
              step.accept(at);
              return true;
            })
        .score();
  }
}
