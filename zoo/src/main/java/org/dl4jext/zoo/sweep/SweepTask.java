package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What a sweep trains. Used by several threads at once. */
public interface SweepTask {

  /** The task in a few words. */
  String title();

  /** What a score is. */
  String scoreName();

  /** Whether smaller scores are better. */
  boolean minimize();

  /**
   * A value of a parameter in the type that it has.
   *
   * @throws IllegalArgumentException if there is no such parameter, or the value is not allowed
   */
  Object convert(String parameter, Object value);

  /** Whether a parameter has a say beside the values of the others. */
  boolean counts(String parameter, Map<String, Object> values);

  /**
   * Refuses values that do not go together, without training.
   *
   * @throws RuntimeException that says why
   */
  void check(Map<String, Object> values);

  /**
   * Trains a candidate; the same arguments give the same score.
   *
   * @param values of the parameters that count
   * @param seed of all its random numbers
   * @param share of the full training, above 0, at most 1
   * @param watch told after each step; what it throws comes out
   */
  Outcome train(Map<String, Object> values, long seed, double share, Watch watch);

  /** Hears how a training goes, and may end it. */
  interface Watch {

    /**
     * After a step: whether to go on. A training that ends early is scored as it is.
     *
     * @param step from 1
     * @param steps how many there will be
     * @param score an intermediate one; its direction is that of the score
     */
    boolean goesOn(int step, int steps, double score);
  }

  /**
   * A trained candidate.
   *
   * @param score on data that it was not trained on
   * @param steps of training
   * @param model writes the model file; null if there is none, as training ended early
   */
  record Outcome(double score, int steps, ModelFile model) {}

  /** Writes a model. */
  @FunctionalInterface
  interface ModelFile {
    /** Writes it to a file, which stays as it is until the model is complete. */
    void write(Path file) throws IOException;
  }
}
