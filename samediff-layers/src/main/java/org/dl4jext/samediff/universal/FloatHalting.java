package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Adaptive computation time over rows of Java arrays; {@link HaltingReference} is the slow form.
 */
final class FloatHalting {

  private static final int NEVER = Integer.MAX_VALUE;

  private final HaltingSpec spec;
  private final float threshold;
  private final float[][] weights;
  private final boolean[][] ran;
  private float[] total = new float[0];
  private float[] remainders = new float[0];
  private float[] restGradient = new float[0];
  private int[] updates = new int[0];
  private int[] haltedAt = new int[0];
  private boolean[] started = new boolean[0];
  private boolean[] running = new boolean[0];
  private int rows;
  private int left;

  FloatHalting(HaltingSpec spec) {
    this.spec = spec;
    threshold = FloatMath.of(1 - spec.epsilon());
    weights = new float[spec.maxSteps()][0];
    ran = new boolean[spec.maxSteps()][0];
  }

  /** Begins a pass over a number of rows, none of which ponders yet. */
  void begin(int count) {
    rows = count;
    left = 0;
    total = FloatHostArrays.ensure(total, rows);
    remainders = FloatHostArrays.ensure(remainders, rows);
    restGradient = FloatHostArrays.ensure(restGradient, rows);
    if (updates.length < rows) {
      updates = new int[rows];
      haltedAt = new int[rows];
      started = new boolean[rows];
      running = new boolean[rows];
    }
    Arrays.fill(total, 0, rows, 0);
    Arrays.fill(remainders, 0, rows, 0);
    Arrays.fill(updates, 0, rows, 0);
    Arrays.fill(haltedAt, 0, rows, NEVER);
    Arrays.fill(started, 0, rows, false);
    Arrays.fill(running, 0, rows, false);
  }

  /** Lets a row ponder from the first step on. */
  void start(int row) {
    started[row] = true;
    running[row] = true;
    left++;
  }

  /** Number of rows that have not halted. */
  int left() {
    return left;
  }

  int updates(int row) {
    return updates[row];
  }

  float remainder(int row) {
    return remainders[row];
  }

  /** Whether a row had not halted before a step. */
  boolean ran(int step, int row) {
    return ran[step][row];
  }

  float weight(int step, int row) {
    return weights[step][row];
  }

  /** Decides a step. */
  void decide(float[] p, int step) {
    weights[step] = FloatHostArrays.ensure(weights[step], rows);
    if (ran[step].length < rows) {
      ran[step] = new boolean[rows];
    }
    boolean last = spec.forceRemainder() && step == spec.maxSteps() - 1;
    for (int i = 0; i < rows; i++) {
      ran[step][i] = running[i];
      float w = 0;
      if (running[i]) {
        updates[i]++;
        w = p[i];
        if (last || total[i] + w > threshold) {
          w = 1 - total[i];
          remainders[i] = w;
          running[i] = false;
          haltedAt[i] = step;
          left--;
        }
        total[i] += w;
      }
      weights[step][i] = w;
    }
  }

  /** Begins the backward pass; {@link #remainderGradient} comes next. */
  void beginBackward() {
    Arrays.fill(restGradient, 0, rows, 0);
  }

  /** Adds to the gradient of the remainder of a row. */
  void remainderGradient(int row, double gradient) {
    restGradient[row] += FloatMath.of(gradient);
  }

  /**
   * Gradient of the probability of a row at a step; the steps come in reverse order.
   *
   * @param dw of the update weight
   */
  float backward(int step, int row, float dw) {
    if (!started[row] || step > haltedAt[row]) {
      return 0;
    }
    if (step == haltedAt[row]) {
      restGradient[row] += dw;
      return 0;
    }
    return haltedAt[row] == NEVER ? dw : dw - restGradient[row];
  }
}
