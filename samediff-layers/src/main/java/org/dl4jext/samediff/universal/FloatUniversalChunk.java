package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/**
 * The loop over the steps for some examples, and the same loop backwards; {@link ReferenceExample}
 * is the slow form.
 *
 * <p>The loop ends where nobody ponders any more: from there on every update weight is 0. A pass
 * that carries caches goes on, because later positions may need the keys of all steps.
 */
final class FloatUniversalChunk {

  private final UniversalLayout layout;
  private final UniversalSpec spec;
  private final int width;
  private final FloatUniversalPonder ponder;
  private final FloatUniversalTape[] tapes;
  private FloatUniversalRows rows;
  private int computed;
  private boolean keeps;
  private float[] input = new float[0];
  private float[] state = new float[0];
  private float[] out = new float[0];

  FloatUniversalChunk(UniversalLayout layout) {
    this.layout = layout;
    spec = layout.spec();
    width = layout.width();
    ponder = new FloatUniversalPonder(layout);
    tapes = new FloatUniversalTape[spec.maxSteps()];
  }

  int computedSteps() {
    return computed;
  }

  FloatUniversalRows rows() {
    return rows;
  }

  /** Steps and remainders of the rows. */
  FloatUniversalPonder ponder() {
    return ponder;
  }

  /**
   * Computes y of rows x; both hold the rows of all chunks, these from {@code first} on.
   *
   * @param keep whether {@link #backward} will follow
   */
  void forward(
      FloatUniversalRows newRows,
      boolean keep,
      FloatUniversalParameters w,
      FloatUniversalTiming timing,
      FloatUniversalWorker worker,
      float[] x,
      float[] y,
      int first) {
    rows = newRows;
    keeps = keep;
    int count = rows.count();
    int all = count * width;
    begin(w, worker, x, first);
    FloatUniversalBlock block = new FloatUniversalBlock(layout, w, worker);
    for (int n = 0; n < spec.maxSteps(); n++) {
      if (spec.halts() && ponder.allHalted() && rows.carried == null) {
        break;
      }
      computed = n + 1;
      FloatUniversalTape tape = tape(n);
      addTiming(timing, n, tape.flow[0]);
      if (spec.halts()) {
        ponder.decide(w, worker, tape, n);
      }
      block.forward(rows, tape, n);
      float[] after = tape.flow[layout.sublayers()];
      if (spec.halts()) {
        ponder.combine(tape, n, after, out);
      } else {
        System.arraycopy(after, 0, out, 0, all);
      }
      advance(n, after);
    }
    if (spec.norm() == NormPlacement.PRE) {
      int last = layout.sublayers();
      worker.norm.forward(count, out, w.gains[last], w.biases[last], worker.normed);
      System.arraycopy(worker.normed, 0, y, first * width, all);
    } else {
      System.arraycopy(out, 0, y, first * width, all);
    }
  }

  private void begin(
      FloatUniversalParameters w, FloatUniversalWorker worker, float[] x, int first) {
    int count = rows.count();
    int inputs = layout.inputSize();
    computed = 0;
    input = FloatHostArrays.ensure(input, (long) count * inputs);
    state = FloatHostArrays.ensure(state, (long) count * width);
    out = FloatHostArrays.ensure(out, (long) count * width);
    worker.ensure(layout, count);
    System.arraycopy(x, first * inputs, input, 0, count * inputs);
    Arrays.fill(out, 0, count * width, 0);
    if (layout.projects()) {
      worker.linear(count, inputs, width, input, w.input, state, false);
    } else {
      System.arraycopy(input, 0, state, 0, count * width);
    }
    if (layout.memorySize() > 0) {
      rows.project(layout, worker, w);
    }
    ponder.begin(rows);
  }

  private FloatUniversalTape tape(int step) {
    int at = keeps ? step : 0;
    if (tapes[at] == null) {
      tapes[at] = new FloatUniversalTape(layout.sublayers());
    }
    tapes[at].ensure(layout, rows.count(), rows.examples());
    return tapes[at];
  }

  private void addTiming(FloatUniversalTiming timing, int step, float[] s) {
    System.arraycopy(state, 0, s, 0, rows.count() * width);
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        timing.add(step, rows.example(e).position()[i], s, (rows.start(e) + i) * width);
      }
    }
  }

  /** The state for the next step. */
  private void advance(int step, float[] after) {
    if (!ponder.copies()) {
      System.arraycopy(after, 0, state, 0, rows.count() * width);
      return;
    }
    for (int i = 0; i < rows.count(); i++) {
      if (ponder.ran(step, i)) {
        System.arraycopy(after, i * width, state, i * width, width);
      }
    }
  }

  /**
   * Fills dx from dy, which hold the rows of all chunks; adds to the gradients of the worker.
   *
   * @param remainderGradients of the remainders, in c order [N,T]
   */
  void backward(
      FloatUniversalParameters w,
      FloatUniversalTiming timing,
      FloatUniversalWorker worker,
      FloatUniversalBlock block,
      double[] remainderGradients,
      float[] dy,
      float[] dx,
      int first) {
    int count = rows.count();
    int all = count * width;
    worker.ensure(layout, count);
    rows.beginBackward(layout);
    float[] dOut = new float[all];
    if (spec.norm() == NormPlacement.PRE) {
      System.arraycopy(dy, first * width, worker.spare, 0, all);
      int last = layout.sublayers();
      worker.norm.backward(
          count,
          out,
          w.gains[last],
          worker.spare,
          dOut,
          worker.gradients.gains[last],
          worker.gradients.biases[last]);
    } else {
      System.arraycopy(dy, first * width, dOut, 0, all);
    }
    ponder.beginBackward(remainderGradients);
    float[] dState = new float[all];
    float[] around = new float[ponder.copies() ? all : 0];
    float[] dp = new float[count];
    for (int n = computed - 1; n >= 0; n--) {
      FloatUniversalTape tape = tapes[n];
      if (spec.halts()) {
        Arrays.fill(around, 0);
        ponder.outputBackward(tape, n, worker, dOut, dState, around, dp);
      } else if (n == computed - 1) {
        System.arraycopy(dOut, 0, dState, 0, all);
      }
      block.backward(rows, tape, n, dState);
      if (spec.halts()) {
        ponder.probabilitiesBackward(w, worker, tape, dp, dState);
      }
      timingBackward(timing, worker, n, dState);
      for (int i = 0; i < around.length; i++) {
        dState[i] += around[i];
      }
    }
    inputBackward(w, worker, dState, dx, first);
  }

  private void timingBackward(
      FloatUniversalTiming timing, FloatUniversalWorker worker, int step, float[] ds) {
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int position = rows.example(e).position()[i];
        int at = (rows.start(e) + i) * width;
        timing.addGradient(worker.gradients, step, position, ds, at);
      }
    }
  }

  private void inputBackward(
      FloatUniversalParameters w,
      FloatUniversalWorker worker,
      float[] dState,
      float[] dx,
      int first) {
    int count = rows.count();
    int inputs = layout.inputSize();
    if (!layout.projects()) {
      System.arraycopy(dState, 0, dx, first * width, count * width);
      return;
    }
    float[] d = new float[count * inputs];
    worker.linearBackward(count, inputs, width, input, w.input, dState, worker.gradients.input, d);
    System.arraycopy(d, 0, dx, first * inputs, count * inputs);
  }
}
