package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * The recurrence of a head-wise cell on Java arrays, forward and backward; {@link CellReference} is
 * its slow form.
 *
 * <p>Heads are padded to whole vectors of {@code width} elements. Rows are those of {@link
 * PackedSteps}; a row of z is [H,gates,width], one of y [H,width]. y has the initial outputs of all
 * slots before row 0. A task takes a head and some neighbouring slots through all steps, so threads
 * never wait for each other within a sequence.
 *
 * <p>For the backward pass z keeps the gates in the place of the pre-activations, and the other
 * states (c of an LSTM) are kept at every 32nd step only: the steps between are replayed, which
 * needs no product.
 */
final class FloatCellRecurrence {

  private static final int INTERVAL = 32;

  final int width;
  final int zRow;
  final int yRow;

  /** Pre-activations [rows][zRow]; after {@link #backward} their gradients. */
  float[] z;

  /** Outputs [N + rows][yRow]. */
  float[] y;

  /** States beyond y [states][N][yRow]: initial ones before, last ones after the forward pass. */
  float[] s;

  /** Gradients of the outputs [rows][yRow]; overwritten by {@link #backward}. */
  float[] dy;

  /** Gradients of the last y [N][yRow]; after {@link #backward} those of the initial y. */
  float[] dyLast;

  /** As {@link #dyLast} for the states beyond y [states][N][yRow]. */
  float[] ds;

  private final CellKind kind;
  private final int heads;
  private final int size;
  private final int states;
  private final FloatBlocks blocks;
  private final FloatCell cell;
  private final FloatPanels[] forwardWeights;
  private final FloatPanels[] backwardWeights;
  private final float[] bias;
  private float[] saved;
  private PackedSteps steps;

  FloatCellRecurrence(CellSpec spec, int size, FloatBlocks blocks) {
    this.kind = spec.kind();
    this.heads = spec.heads();
    this.size = size;
    this.blocks = blocks;
    this.states = kind.states().size() - 1;
    this.cell = FloatCells.of(spec, blocks);
    width = blocks.padded(size);
    zRow = heads * kind.gates() * width;
    yRow = heads * width;
    bias = new float[zRow];
    forwardWeights = new FloatPanels[heads];
    backwardWeights = new FloatPanels[heads];
    for (int h = 0; h < heads; h++) {
      forwardWeights[h] = new FloatPanels(blocks);
      backwardWeights[h] = new FloatPanels(blocks);
    }
  }

  /** Puts a row [H,D] in the padded form [H,width]. */
  void pad(float[] row, int rowOffset, float[] to, int toOffset) {
    for (int h = 0; h < heads; h++) {
      System.arraycopy(row, rowOffset + h * size, to, toOffset + h * width, size);
    }
  }

  /** Puts a padded row [H,width] in the form [H,D]. */
  void unpad(float[] row, int rowOffset, float[] to, int toOffset) {
    for (int h = 0; h < heads; h++) {
      System.arraycopy(row, rowOffset + h * width, to, toOffset + h * size, size);
    }
  }

  /** First element of a head's gate in a row of z. */
  int gateColumn(int h, int gate) {
    return (h * kind.gates() + gate) * width;
  }

  FloatBlocks blocks() {
    return blocks;
  }

  /**
   * Takes the parameters.
   *
   * @param backward whether a backward pass will follow
   */
  void setParameters(
      float[] r, CellStrides rPlaces, float[] b, CellStrides bPlaces, int batch, boolean backward) {
    int gates = kind.recurrentGates();
    for (int h = 0; h < heads; h++) {
      forwardWeights[h].clear(size, gates * width, batch);
      if (backward) {
        backwardWeights[h].clear(gates * width, width, batch);
      }
      for (int g = 0; g < gates; g++) {
        for (int p = 0; p < size; p++) {
          int at = rPlaces.at(g, h, 0, p);
          forwardWeights[h].setRow(p, g * width, size, r, at, rPlaces.element());
        }
        for (int d = 0; backward && d < size; d++) {
          int at = rPlaces.at(g, h, d, 0);
          backwardWeights[h].setRow(g * width + d, 0, size, r, at, rPlaces.previous());
        }
      }
      for (int g = 0; g < kind.gates(); g++) {
        for (int d = 0; d < size; d++) {
          bias[gateColumn(h, g) + d] = b[bPlaces.at(g, h, d, 0)];
        }
      }
    }
  }

  /** Makes room for a batch, with the biases in z and zeros in the initial states. */
  void begin(PackedSteps steps) {
    this.steps = steps;
    z = FloatHostArrays.ensure(z, (long) steps.rows * zRow);
    y = FloatHostArrays.ensure(y, (long) (steps.batch + steps.rows) * yRow);
    s = FloatHostArrays.ensure(s, (long) states * steps.batch * yRow);
    Arrays.fill(y, 0, steps.batch * yRow, 0);
    Arrays.fill(s, 0, states * steps.batch * yRow, 0);
    setBiases();
  }

  /** Overwrites z by the biases. */
  void setBiases() {
    for (int r = 0; r < steps.rows; r++) {
      System.arraycopy(bias, 0, z, r * zRow, zRow);
    }
  }

  /** Number of states beyond y. */
  int states() {
    return states;
  }

  /** Runs the only step of a batch in the calling thread and makes its outputs the initial ones. */
  void step() {
    for (int h = 0; h < heads; h++) {
      forward(h, 0, steps.batch, false);
    }
    System.arraycopy(y, steps.batch * yRow, y, 0, steps.batch * yRow);
  }

  /** Runs all steps; {@code keep} prepares {@link #backward}. */
  void forward(boolean keep) {
    if (keep) {
      int intervals = (steps.steps + INTERVAL - 1) / INTERVAL;
      saved = FloatHostArrays.ensure(saved, (long) intervals * states * steps.batch * yRow);
    }
    int groups = groups();
    HostThreads.run(
        heads * groups,
        HostThreads.configured(),
        (task, worker) ->
            forward(
                task / groups, slot(task % groups, groups), slot(task % groups + 1, groups), keep));
  }

  private int groups() {
    int workers = HostThreads.configured();
    return Math.max(1, Math.min(steps.batch, (workers + heads - 1) / heads));
  }

  private int slot(int group, int groups) {
    return group * steps.batch / groups;
  }

  private void forward(int h, int from, int to, boolean keep) {
    int n = steps.batch;
    for (int t = 0; t < steps.steps; t++) {
      int running = Math.min(to, steps.active[t]) - from;
      if (running <= 0) {
        return;
      }
      if (keep && t % INTERVAL == 0) {
        for (int k = 0; k < states; k++) {
          for (int i = from; i < from + running; i++) {
            int at = savedAt(t, k, i, h);
            System.arraycopy(s, (k * n + i) * yRow + h * width, saved, at, width);
          }
        }
      }
      int before = (steps.rowBefore(t) + from) * yRow + h * width;
      int now = steps.start[t] + from;
      forwardWeights[h].addProduct(
          running, y, before, yRow, z, now * zRow + gateColumn(h, 0), zRow);
      for (int i = 0; i < running; i++) {
        cell.forward(
            width,
            z,
            (now + i) * zRow + gateColumn(h, 0),
            width,
            y,
            before + i * yRow,
            s,
            (from + i) * yRow + h * width,
            n * yRow,
            y,
            (n + now + i) * yRow + h * width);
      }
    }
  }

  private int savedAt(int t, int k, int slot, int h) {
    return ((t / INTERVAL * states + k) * steps.batch + slot) * yRow + h * width;
  }

  /** Row of y [N + rows] that holds the last output of a slot. */
  int lastRow(int slot) {
    return steps.length[slot] == 0
        ? slot
        : steps.batch + steps.start[steps.length[slot] - 1] + slot;
  }

  /** Makes room for the gradients of outputs and last states, and sets them to zero. */
  void beginBackward() {
    dy = FloatHostArrays.ensure(dy, (long) steps.rows * yRow);
    dyLast = FloatHostArrays.ensure(dyLast, (long) steps.batch * yRow);
    ds = FloatHostArrays.ensure(ds, (long) states * steps.batch * yRow);
    Arrays.fill(dy, 0, steps.rows * yRow, 0);
    Arrays.fill(dyLast, 0, steps.batch * yRow, 0);
    Arrays.fill(ds, 0, states * steps.batch * yRow, 0);
  }

  /** Differentiates all steps. */
  void backward() {
    if (steps.steps == 0) {
      return;
    }
    int groups = groups();
    HostThreads.run(
        heads * groups,
        HostThreads.configured(),
        (task, worker) ->
            backward(task / groups, slot(task % groups, groups), slot(task % groups + 1, groups)));
  }

  private void backward(int h, int from, int to) {
    int slots = to - from;
    float[] replayed = new float[(INTERVAL + 1) * states * slots * width];
    int firstOfLast = (steps.steps - 1) / INTERVAL * INTERVAL;
    for (int first = firstOfLast; first >= 0; first -= INTERVAL) {
      int end = Math.min(first + INTERVAL, steps.steps);
      replay(h, from, to, first, end, replayed);
      for (int t = end - 1; t >= first; t--) {
        int running = Math.min(to, steps.active[t]) - from;
        if (running > 0) {
          backwardStep(h, from, running, t, replayed, (t - first) * states * slots * width, slots);
        }
      }
    }
  }

  /** The states beyond y of an interval, [step][state][slot][width]. */
  private void replay(int h, int from, int to, int first, int end, float[] replayed) {
    if (states == 0) {
      return;
    }
    int slots = to - from;
    int step = states * slots * width;
    int start = Math.min(to, steps.active[first]) - from;
    for (int k = 0; k < states; k++) {
      for (int i = 0; i < start; i++) {
        int at = savedAt(first, k, from + i, h);
        System.arraycopy(saved, at, replayed, (k * slots + i) * width, width);
      }
    }
    for (int t = first; t < end; t++) {
      int running = Math.min(to, steps.active[t]) - from;
      int before = (t - first) * step;
      for (int i = 0; i < running; i++) {
        cell.replay(
            width,
            z,
            (steps.start[t] + from + i) * zRow + gateColumn(h, 0),
            width,
            replayed,
            before + i * width,
            replayed,
            before + step + i * width,
            slots * width);
      }
    }
  }

  private void backwardStep(
      int h, int from, int running, int t, float[] replayed, int before, int slots) {
    int now = steps.start[t] + from;
    int step = states * slots * width;
    for (int i = 0; i < running; i++) {
      int d = (from + i) * yRow + h * width;
      blocks.addScaled(width, 1, dy, (now + i) * yRow + h * width, dyLast, d);
      cell.backward(
          width,
          z,
          (now + i) * zRow + gateColumn(h, 0),
          width,
          y,
          (steps.rowBefore(t) + from + i) * yRow + h * width,
          replayed,
          before + i * width,
          replayed,
          before + step + i * width,
          slots * width,
          dyLast,
          d,
          ds,
          d,
          steps.batch * yRow);
    }
    backwardWeights[h].addProduct(
        running, z, now * zRow + gateColumn(h, 0), zRow, dyLast, from * yRow + h * width, yRow);
  }

  /** Overwrites {@code dr} by the gradient of R, after {@link #backward}. */
  void recurrentGradient(float[] dr, CellStrides places) {
    int columns = kind.recurrentGates() * width;
    float[] before = outputsBefore();
    float[] product = new float[size * columns];
    for (int h = 0; h < heads; h++) {
      Arrays.fill(product, 0);
      FloatPanels.addProduct(
          blocks,
          size,
          columns,
          steps.rows,
          before,
          h * width,
          1,
          yRow,
          z,
          gateColumn(h, 0),
          zRow,
          product,
          0,
          columns);
      for (int g = 0; g < kind.recurrentGates(); g++) {
        for (int d = 0; d < size; d++) {
          for (int p = 0; p < size; p++) {
            dr[places.at(g, h, d, p)] = product[p * columns + g * width + d];
          }
        }
      }
    }
  }

  /** For each row the output before it [rows][yRow]. */
  private float[] outputsBefore() {
    if (steps.dense) {
      return y;
    }
    float[] before = new float[steps.rows * yRow];
    for (int t = 0; t < steps.steps; t++) {
      int from = steps.rowBefore(t) * yRow;
      System.arraycopy(y, from, before, steps.start[t] * yRow, steps.active[t] * yRow);
    }
    return before;
  }

  /** Overwrites {@code db} by the gradient of the bias, after {@link #backward}. */
  void biasGradient(float[] db, CellStrides places) {
    float[] sums = new float[zRow];
    for (int r = 0; r < steps.rows; r++) {
      blocks.addScaled(zRow, 1, z, r * zRow, sums, 0);
    }
    for (int h = 0; h < heads; h++) {
      for (int g = 0; g < kind.gates(); g++) {
        for (int d = 0; d < size; d++) {
          db[places.at(g, h, d, 0)] = sums[gateColumn(h, g) + d];
        }
      }
    }
  }
}
