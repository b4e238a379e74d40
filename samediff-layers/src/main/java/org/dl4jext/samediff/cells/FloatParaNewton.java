package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * Newton iterations on all steps of a {@link FloatParaRecurrence} at once.
 *
 * <p>The linear recurrence d_t = J_t d_{t-1} + r_t of an iteration is solved by a reduction in
 * chunks of time: each chunk alone from d = 0, with the product of its J; then the ends of the
 * chunks in order; then all steps of all chunks. Chunks run in parallel.
 */
final class FloatParaNewton {

  private static final int CHUNK = 64;

  private final FloatParaRecurrence recurrence;
  private final int size;
  private final int states;
  private PackedSteps steps;
  private float[] d;
  private float[] j;
  private float[] zeros;

  FloatParaNewton(FloatParaRecurrence recurrence) {
    this.recurrence = recurrence;
    this.size = recurrence.size;
    this.states = recurrence.hasC() ? 2 : 1;
  }

  /**
   * Leaves the iterate in h and c of the recurrence, which keeps every c, and z as it is.
   *
   * @return the residual: max |h - f(h before, x)|, NaN if there is one
   */
  double run(int iterations) {
    steps = recurrence.steps();
    d = FloatHostArrays.ensure(d, (long) steps.rows * states * size);
    j = FloatHostArrays.ensure(j, (long) steps.rows * states * states * size);
    zeros = FloatHostArrays.ensure(zeros, size);
    double[] residuals = new double[chunks()];
    forEachChunk(this::guess);
    for (int i = 0; i < iterations; i++) {
      forEachChunk(
          (chunk, gates) -> {
            evaluate(chunk, gates, true);
            reduce(chunk);
          });
      for (int chunk = 1; chunk < chunks(); chunk++) {
        carry(chunk);
      }
      forEachChunk((chunk, gates) -> update(chunk));
    }
    forEachChunk(
        (chunk, gates) -> {
          evaluate(chunk, gates, false);
          residuals[chunk] = largest(chunk);
        });
    double residual = 0;
    for (double own : residuals) {
      residual = Math.max(residual, own);
    }
    return residual;
  }

  private int chunks() {
    return (steps.steps + CHUNK - 1) / CHUNK;
  }

  private int end(int chunk) {
    return Math.min((chunk + 1) * CHUNK, steps.steps);
  }

  /** Work on a chunk, with scratch memory for the gates of one row. */
  private interface Work {
    void run(int chunk, float[] gates);
  }

  private void forEachChunk(Work work) {
    HostThreads.run(
        chunks(),
        HostThreads.configured(),
        (chunk, worker) -> work.run(chunk, new float[recurrence.row]));
  }

  private float[] gates(int row, float[] gates) {
    System.arraycopy(recurrence.z, row * recurrence.row, gates, 0, recurrence.row);
    return gates;
  }

  /** h = f(0, x). */
  private void guess(int chunk, float[] gates) {
    for (int row = steps.start[chunk * CHUNK]; row < rowEnd(chunk); row++) {
      int to = (steps.batch + row) * size;
      gates(row, gates);
      recurrence.cell.forward(
          size, 0, gates, 0, size, zeros, 0, zeros, 0, recurrence.h, to, recurrence.c, to);
    }
  }

  private int rowEnd(int chunk) {
    int last = end(chunk) - 1;
    return steps.start[last] + steps.active[last];
  }

  /** d = f(h before, x) - h, and J if wanted. */
  private void evaluate(int chunk, float[] gates, boolean jacobian) {
    for (int t = chunk * CHUNK; t < end(chunk); t++) {
      for (int s = 0; s < steps.active[t]; s++) {
        int row = steps.start[t] + s;
        int before = (steps.rowBefore(t) + s) * size;
        int now = (steps.batch + row) * size;
        int dh = row * states * size;
        gates(row, gates);
        recurrence.cell.forward(
            size,
            0,
            gates,
            0,
            size,
            recurrence.h,
            before,
            recurrence.c,
            before,
            d,
            dh,
            d,
            dh + size);
        subtract(recurrence.h, now, dh);
        if (states > 1) {
          subtract(recurrence.c, now, dh + size);
        }
        if (jacobian) {
          recurrence.cell.jacobian(
              size,
              0,
              recurrence.z,
              row * recurrence.row,
              gates,
              0,
              size,
              recurrence.h,
              before,
              recurrence.c,
              before,
              recurrence.c,
              now,
              j,
              row * states * states * size);
        }
      }
    }
  }

  private void subtract(float[] from, int offset, int to) {
    for (int e = 0; e < size; e++) {
      d[to + e] -= from[offset + e];
    }
  }

  private double largest(int chunk) {
    double largest = 0;
    int from = steps.start[chunk * CHUNK] * states * size;
    for (int i = from; i < rowEnd(chunk) * states * size; i++) {
      largest = Math.max(largest, Math.abs(d[i]));
    }
    return largest;
  }

  /** Solves the chunk from d = 0 and makes J the product from its start. */
  private void reduce(int chunk) {
    for (int t = chunk * CHUNK + 1; t < end(chunk); t++) {
      for (int s = 0; s < steps.active[t]; s++) {
        int row = steps.start[t] + s;
        int before = steps.start[t - 1] + s;
        addProduct(row, before);
        if (states == 1) {
          recurrence.blocks.times(size, j, row * size, j, before * size, j, row * size);
        } else {
          multiplyBlocks(row * 4 * size, before * 4 * size);
        }
      }
    }
  }

  /** d of a row += J of it times d of another. */
  private void addProduct(int row, int other) {
    if (states == 1) {
      recurrence.blocks.addTimes(size, j, row * size, d, other * size, d, row * size);
      return;
    }
    int to = row * 2 * size;
    int from = other * 2 * size;
    int at = row * 4 * size;
    for (int e = 0; e < size; e++) {
      float dh = d[from + e];
      float dc = d[from + size + e];
      d[to + e] += j[at + e] * dh + j[at + size + e] * dc;
      d[to + size + e] += j[at + 2 * size + e] * dh + j[at + 3 * size + e] * dc;
    }
  }

  /** J at {@code to} = J at {@code to} times J at {@code from}. */
  private void multiplyBlocks(int to, int from) {
    for (int e = 0; e < size; e++) {
      float hh = j[from + e];
      float hc = j[from + size + e];
      float ch = j[from + 2 * size + e];
      float cc = j[from + 3 * size + e];
      for (int k = to + e; k < to + 4 * size; k += 2 * size) {
        float left = j[k];
        float right = j[k + size];
        j[k] = left * hh + right * ch;
        j[k + size] = left * hc + right * cc;
      }
    }
  }

  /** Corrects the last step of a chunk by what the chunks before it do to it. */
  private void carry(int chunk) {
    int before = steps.start[chunk * CHUNK - 1];
    for (int s = 0; s < steps.active[chunk * CHUNK]; s++) {
      addProduct(steps.start[last(chunk, s)] + s, before + s);
    }
  }

  private int last(int chunk, int slot) {
    return Math.min(end(chunk), steps.length[slot]) - 1;
  }

  /** Corrects the other steps of a chunk and adds d to the iterate. */
  private void update(int chunk) {
    for (int t = chunk * CHUNK; t < end(chunk); t++) {
      for (int s = 0; s < steps.active[t]; s++) {
        int row = steps.start[t] + s;
        if (chunk > 0 && t < last(chunk, s)) {
          addProduct(row, steps.start[chunk * CHUNK - 1] + s);
        }
        int to = (steps.batch + row) * size;
        int from = row * states * size;
        recurrence.blocks.addScaled(size, 1, d, from, recurrence.h, to);
        if (states > 1) {
          recurrence.blocks.addScaled(size, 1, d, from + size, recurrence.c, to);
        }
      }
    }
  }
}
