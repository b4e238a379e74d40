package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * A diagonal recurrence on Java arrays, forward and backward, one step after the other; {@link
 * ParaReference} is its slow form.
 *
 * <p>Rows are those of {@link PackedSteps}. h has the initial states of all slots before row 0, and
 * so has c if it is kept for every step; else c is kept at every 32nd step and replayed from the
 * gates, which stay in the place of the projected inputs. A task takes some neighbouring elements
 * through all steps of all examples.
 */
final class FloatParaRecurrence {

  private static final int INTERVAL = 32;

  final int size;
  final int row;
  final FloatBlocks blocks;
  final FloatParaCell cell;

  /** Projected inputs [rows][gates][n]; gates after the forward pass, then their gradients. */
  float[] z;

  /** [N + rows][n]. */
  float[] h;

  /** [N + rows][n] if every c is kept, else [N][n]: initial, then last ones. */
  float[] c = new float[0];

  /** Gradients of h at every step [rows][n]. */
  float[] dh;

  /** Gradients of c at every step [rows][n]; only where every c is kept. */
  float[] dc = new float[0];

  /** Gradients of the last h [N][n]; after {@link #backward} those of the initial one. */
  float[] dhLast;

  /** As {@link #dhLast} for c. */
  float[] dcLast;

  /** Gradients of A and C [rows][n]. */
  final float[] dw;

  private final boolean hasC;
  private boolean everyC;
  private float[] saved;
  private PackedSteps steps;

  FloatParaRecurrence(ParaKind kind, int size, FloatBlocks blocks) {
    this.size = size;
    this.blocks = blocks;
    this.cell = FloatParaCell.of(kind, blocks);
    row = ParaKind.GATES * size;
    hasC = kind == ParaKind.LSTM;
    dw = new float[(ParaKind.GATES + kind.peepholes()) * size];
  }

  boolean hasC() {
    return hasC;
  }

  PackedSteps steps() {
    return steps;
  }

  /**
   * Makes room for a batch, with the biases in z and zeros in the initial states.
   *
   * @param keepEveryC whether c is kept for every step
   */
  void begin(PackedSteps newSteps, float[] bias, boolean keepEveryC) {
    steps = newSteps;
    everyC = hasC && keepEveryC;
    z = FloatHostArrays.ensure(z, (long) steps.rows * row);
    h = FloatHostArrays.ensure(h, (long) (steps.batch + steps.rows) * size);
    Arrays.fill(h, 0, steps.batch * size, 0);
    if (hasC) {
      int rows = steps.batch + (everyC ? steps.rows : 0);
      c = FloatHostArrays.ensure(c, (long) rows * size);
      Arrays.fill(c, 0, steps.batch * size, 0);
    }
    setBiases(bias);
  }

  /** Overwrites z by the biases. */
  void setBiases(float[] bias) {
    for (int r = 0; r < steps.rows; r++) {
      System.arraycopy(bias, 0, z, r * row, row);
    }
  }

  /** Row of h and of c [N + rows] at the last step of a slot. */
  int lastRow(int slot) {
    return steps.length[slot] == 0
        ? slot
        : steps.batch + steps.start[steps.length[slot] - 1] + slot;
  }

  /** Start of the last c of a slot. */
  int lastC(int slot) {
    return (everyC ? lastRow(slot) : slot) * size;
  }

  /** Runs the only step of a batch in the calling thread; its states become the initial ones. */
  void step() {
    forward(0, size, false);
    System.arraycopy(h, steps.batch * size, h, 0, steps.batch * size);
  }

  /** Runs all steps; {@code keep} prepares {@link #backward}. */
  void forward(boolean keep) {
    if (keep && hasC && !everyC) {
      int intervals = (steps.steps + INTERVAL - 1) / INTERVAL;
      saved = FloatHostArrays.ensure(saved, (long) intervals * steps.batch * size);
    }
    forEachRange((from, to) -> forward(from, to, keep));
  }

  /** A range of elements. */
  private interface Range {
    void run(int from, int to);
  }

  /** Cuts at whole vectors, so that the result does not depend on the number of threads. */
  private void forEachRange(Range range) {
    int lanes = 2 * blocks.lanes();
    int vectors = (size + lanes - 1) / lanes;
    int tasks = Math.min(HostThreads.configured(), vectors);
    HostThreads.run(
        tasks,
        tasks,
        (task, worker) ->
            range.run(
                task * vectors / tasks * lanes,
                Math.min(size, (task + 1) * vectors / tasks * lanes)));
  }

  private void forward(int from, int to, boolean keep) {
    for (int t = 0; t < steps.steps; t++) {
      for (int s = 0; s < steps.active[t]; s++) {
        int now = steps.start[t] + s;
        int before = (steps.rowBefore(t) + s) * size + from;
        int after = (steps.batch + now) * size + from;
        int cBefore = everyC ? before : s * size + from;
        if (keep && hasC && !everyC && t % INTERVAL == 0) {
          System.arraycopy(c, cBefore, saved, savedAt(t, s) + from, to - from);
        }
        int cAfter = everyC ? after : cBefore;
        cell.forward(
            to - from, from, z, now * row + from, size, h, before, c, cBefore, h, after, c, cAfter);
      }
    }
  }

  /** Overwrites z by the gates at the states that h and c hold. */
  void activate() {
    forEachRange(
        (from, to) -> {
          float[] after = new float[2 * (to - from)];
          for (int t = 0; t < steps.steps; t++) {
            for (int s = 0; s < steps.active[t]; s++) {
              int now = (steps.start[t] + s) * row + from;
              int before = (steps.rowBefore(t) + s) * size + from;
              cell.forward(
                  to - from, from, z, now, size, h, before, c, before, after, 0, after, to - from);
            }
          }
        });
  }

  private int savedAt(int t, int slot) {
    return (t / INTERVAL * steps.batch + slot) * size;
  }

  /** Makes room for the gradients of outputs and last states, and sets them to zero. */
  void beginBackward() {
    dh = cleared(dh, steps.rows);
    dhLast = cleared(dhLast, steps.batch);
    dcLast = cleared(dcLast, steps.batch);
    if (everyC) {
      dc = cleared(dc, steps.rows);
    }
    Arrays.fill(dw, 0);
  }

  private float[] cleared(float[] array, int rows) {
    float[] values = FloatHostArrays.ensure(array, (long) rows * size);
    Arrays.fill(values, 0, rows * size, 0);
    return values;
  }

  /** Differentiates all steps. */
  void backward() {
    forEachRange(this::backward);
  }

  private void backward(int from, int to) {
    if (steps.steps == 0) {
      return;
    }
    int n = to - from;
    float[] replayed = hasC && !everyC ? new float[(INTERVAL + 1) * steps.batch * n] : c;
    for (int first = (steps.steps - 1) / INTERVAL * INTERVAL; first >= 0; first -= INTERVAL) {
      int end = Math.min(first + INTERVAL, steps.steps);
      if (hasC && !everyC) {
        replay(from, n, first, end, replayed);
      }
      for (int t = end - 1; t >= first; t--) {
        backwardStep(from, n, t, t - first, replayed);
      }
    }
  }

  /** c of an interval [step][slot][n]. */
  private void replay(int from, int n, int first, int end, float[] replayed) {
    for (int s = 0; s < steps.active[first]; s++) {
      System.arraycopy(saved, savedAt(first, s) + from, replayed, s * n, n);
    }
    for (int t = first; t < end; t++) {
      for (int s = 0; s < steps.active[t]; s++) {
        int before = ((t - first) * steps.batch + s) * n;
        int now = (steps.start[t] + s) * row + from;
        cell.replay(n, z, now, size, replayed, before, replayed, before + steps.batch * n);
      }
    }
  }

  private void backwardStep(int from, int n, int t, int inInterval, float[] replayed) {
    for (int s = 0; s < steps.active[t]; s++) {
      int now = steps.start[t] + s;
      int before = (steps.rowBefore(t) + s) * size + from;
      int d = s * size + from;
      blocks.addScaled(n, 1, dh, now * size + from, dhLast, d);
      if (everyC) {
        blocks.addScaled(n, 1, dc, now * size + from, dcLast, d);
      }
      int cBefore = everyC ? before : (inInterval * steps.batch + s) * n;
      int cAfter = everyC ? (steps.batch + now) * size + from : cBefore + steps.batch * n;
      cell.backward(
          n,
          from,
          z,
          now * row + from,
          size,
          h,
          before,
          replayed,
          cBefore,
          replayed,
          cAfter,
          dhLast,
          d,
          dcLast,
          d,
          dw);
    }
  }

  /** Overwrites {@code db} by the sums of the gradients of the projected inputs. */
  void biasGradient(float[] db) {
    Arrays.fill(db, 0, row, 0);
    for (int r = 0; r < steps.rows; r++) {
      blocks.addScaled(row, 1, z, r * row, db, 0);
    }
  }
}
