package org.dl4jext.samediff.kernel;

import java.util.function.IntPredicate;

/**
 * Which steps of a batch are real, as rows of packed matrices: the valid steps of example 0 first,
 * then those of example 1, and so on.
 */
public final class MaskedRows {

  private int examples;
  private int steps;
  private int count;
  private int[] starts = new int[0];
  private int[] lengths = new int[0];
  private int[] sources = new int[0];

  /** All steps are real. */
  public void setAll(int newExamples, int newSteps) {
    prepare(newExamples, newSteps);
    for (int i = 0; i < examples; i++) {
      starts[i] = i * steps;
      lengths[i] = steps;
    }
    count = examples * steps;
    for (int i = 0; i < count; i++) {
      sources[i] = i;
    }
  }

  /**
   * Some steps are real.
   *
   * @param real whether step {@code example * steps + step} is
   */
  public void set(int newExamples, int newSteps, IntPredicate real) {
    prepare(newExamples, newSteps);
    count = 0;
    for (int i = 0; i < examples; i++) {
      starts[i] = count;
      for (int t = 0; t < steps; t++) {
        if (real.test(i * steps + t)) {
          sources[count++] = i * steps + t;
        }
      }
      lengths[i] = count - starts[i];
    }
  }

  private void prepare(int newExamples, int newSteps) {
    examples = newExamples;
    steps = newSteps;
    if (lengths.length < examples) {
      lengths = new int[examples];
      starts = new int[examples];
    }
    if (sources.length < Math.multiplyExact(examples, steps)) {
      sources = new int[examples * steps];
    }
  }

  /** Number of real steps of the whole batch. */
  public int count() {
    return count;
  }

  /** First row of an example. */
  public int start(int example) {
    return starts[example];
  }

  /** Number of real steps of an example. */
  public int length(int example) {
    return lengths[example];
  }

  /** Number of real steps of each example, valid until the next change; not to be written. */
  public int[] lengths() {
    return lengths;
  }

  /** Whether rows and steps are the same. */
  public boolean dense() {
    return count == examples * steps;
  }

  /** Step (example * steps + step) that a row stands for; never smaller than the row. */
  public int source(int row) {
    return sources[row];
  }

  /** Number of steps, real or not. */
  public int total() {
    return examples * steps;
  }
}
