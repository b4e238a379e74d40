package org.dl4jext.datasets;

import java.util.Arrays;

/**
 * One example of a sequence task: tokens, and the class expected after each of them.
 *
 * @param tokens input tokens, one a step
 * @param labels the class at each step, {@link #NO_LABEL} where nothing is asked
 */
public record TokenSequence(int[] tokens, int[] labels) {

  /** The label of a step that neither loss nor metric looks at. */
  public static final int NO_LABEL = -1;

  public TokenSequence {
    if (tokens.length == 0 || tokens.length != labels.length) {
      throw new IllegalArgumentException(
          "TokenSequence: "
              + tokens.length
              + " tokens and "
              + labels.length
              + " labels; allowed: equal lengths of at least 1");
    }
  }

  /** Steps. */
  public int length() {
    return tokens.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSequence that
        && Arrays.equals(tokens, that.tokens)
        && Arrays.equals(labels, that.labels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return "TokenSequence[tokens="
        + Arrays.toString(tokens)
        + ", labels="
        + Arrays.toString(labels)
        + "]";
  }
}
