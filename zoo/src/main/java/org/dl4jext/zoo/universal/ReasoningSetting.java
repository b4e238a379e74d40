package org.dl4jext.zoo.universal;

import java.util.List;
import java.util.stream.IntStream;
import org.dl4jext.datasets.FactQuestions;
import org.dl4jext.datasets.PointerHopping;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.datasets.Transduction;

/**
 * A reasoning task and how difficult its examples are.
 *
 * @param task what is learnt
 * @param unit what the difficulty counts
 * @param least training difficulty
 * @param greatest training difficulty
 * @param tested difficulties at which networks are measured
 * @param maxOffset masked steps before a training example, at most
 */
public record ReasoningSetting(
    ReasoningTask task, String unit, int least, int greatest, List<Integer> tested, int maxOffset) {

  private static final int POINTERS = 8;
  private static final int HOPS = 4;
  private static final int SHORTEST = 2;
  private static final int SENTENCES = 8;

  public ReasoningSetting {
    task.requireDifficulty(least);
    task.requireDifficulty(greatest);
    tested = List.copyOf(tested);
  }

  /** One to four hops among eight pointers. */
  public static ReasoningSetting pointerHopping() {
    List<Integer> hops = IntStream.rangeClosed(1, HOPS).boxed().toList();
    return new ReasoningSetting(new PointerHopping(POINTERS, HOPS), "hops", 1, HOPS, hops, 0);
  }

  /**
   * Sequences that are read and then written by a rule.
   *
   * @param length of the longest training example; tested at half of it, at it, and at twice as
   *     many symbols
   */
  public static ReasoningSetting transduction(Transduction.Rule rule, int length) {
    return new ReasoningSetting(
        Transduction.of(rule, Math.max(SHORTEST, 2 * length)),
        "symbols",
        Math.min(SHORTEST, length),
        length,
        List.of(Math.max(1, length / 2), length, 2 * length),
        2 * length);
  }

  /** Questions to stories of eight sentences, all about so many facts. */
  public static ReasoningSetting factQuestions(int facts) {
    return new ReasoningSetting(
        new FactQuestions(SENTENCES), "facts", facts, facts, List.of(facts), SENTENCES);
  }
}
