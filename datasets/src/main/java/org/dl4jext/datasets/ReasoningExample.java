package org.dl4jext.datasets;

import java.util.Arrays;

/**
 * One example of a {@link ReasoningTask}: which channels are 1 at each step, and the class expected
 * there.
 *
 * @param active channels that are 1 at each step; none where the step is masked
 * @param labels the class at each step, {@link TokenSequence#NO_LABEL} where nothing is asked
 * @param difficulty what the task counts: hops, symbols, digits or facts
 */
public record ReasoningExample(int[][] active, int[] labels, int difficulty) {

  public ReasoningExample {
    if (active.length == 0 || active.length != labels.length) {
      throw new IllegalArgumentException(
          "ReasoningExample: "
              + active.length
              + " steps and "
              + labels.length
              + " labels; allowed: equal numbers of at least 1");
    }
  }

  /** Steps. */
  public int length() {
    return labels.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReasoningExample that
        && difficulty == that.difficulty
        && Arrays.deepEquals(active, that.active)
        && Arrays.equals(labels, that.labels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(active) + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return "ReasoningExample[active="
        + Arrays.deepToString(active)
        + ", labels="
        + Arrays.toString(labels)
        + ", difficulty="
        + difficulty
        + "]";
  }
}
