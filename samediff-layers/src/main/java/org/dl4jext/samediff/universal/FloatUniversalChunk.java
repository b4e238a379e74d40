package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

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
  private final boolean basic;
  private final FloatHalting halting;
  private final FloatUniversalTape[] tapes;
  private FloatUniversalRows rows;
  private int computed;
  private boolean keeps;
  private float[] input = new float[0];
  private float[] state = new float[0];
  private float[] out = new float[0];
  private float[] p = new float[0];

  FloatUniversalChunk(UniversalLayout layout) {
    this.layout = layout;
    spec = layout.spec();
    width = layout.width();
    basic = spec.actType() == ActType.BASIC;
    halting = new FloatHalting(spec.haltingSpec());
    tapes = new FloatUniversalTape[spec.maxSteps()];
  }

  int computedSteps() {
    return computed;
  }

  FloatUniversalRows rows() {
    return rows;
  }

  /** Copies steps and remainders of the rows to arrays of all positions. */
  void numbers(double[] updates, double[] remainders) {
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int at = rows.pass.dense(rows.example(e), i);
        updates[at] = halting.updates(rows.start(e) + i);
        remainders[at] = halting.remainder(rows.start(e) + i);
      }
    }
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
      if (spec.halts() && halting.left() == 0 && rows.carried == null) {
        break;
      }
      computed = n + 1;
      FloatUniversalTape tape = tape(n);
      addTiming(timing, n, tape.flow[0]);
      if (spec.halts()) {
        probabilities(w, worker, tape);
        halting.decide(p, n);
      }
      block.forward(rows, tape, n);
      float[] after = tape.flow[layout.sublayers()];
      if (spec.halts()) {
        combine(tape, n, after);
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
    p = FloatHostArrays.ensure(p, count);
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
    halting.begin(count);
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        if (rows.example(e).ponders()[i]) {
          halting.start(rows.start(e) + i);
        }
      }
    }
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

  private void probabilities(
      FloatUniversalParameters w, FloatUniversalWorker worker, FloatUniversalTape tape) {
    for (int i = 0; i < rows.count(); i++) {
      float logit = worker.blocks.dot(width, tape.flow[0], i * width, w.halting, 0);
      tape.p[i] = FloatMath.sigmoid(logit + w.haltingBias[0]);
      p[i] = tape.p[i];
    }
    average(p);
  }

  /** With global halting, gives each row the mean over those of its example that ponder. */
  private void average(float[] values) {
    if (spec.halting() != HaltingScope.GLOBAL) {
      return;
    }
    for (int e = 0; e < rows.examples(); e++) {
      ExampleRows example = rows.example(e);
      float mean = 0;
      for (int i = 0; i < example.size(); i++) {
        mean += example.ponders()[i] ? values[rows.start(e) + i] / example.pondering() : 0;
      }
      Arrays.fill(values, rows.start(e), rows.start(e) + example.size(), mean);
    }
  }

  private void combine(FloatUniversalTape tape, int step, float[] after) {
    if (basic) {
      System.arraycopy(out, 0, tape.before, 0, rows.count() * width);
    }
    for (int i = 0; i < rows.count(); i++) {
      float weight = halting.weight(step, i);
      float keep = basic ? 1 - weight : 1;
      for (int j = i * width; j < (i + 1) * width; j++) {
        out[j] = out[j] * keep + weight * after[j];
      }
    }
  }

  /** The state for the next step. */
  private void advance(int step, float[] after) {
    if (!copies()) {
      System.arraycopy(after, 0, state, 0, rows.count() * width);
      return;
    }
    for (int i = 0; i < rows.count(); i++) {
      if (halting.ran(step, i)) {
        System.arraycopy(after, i * width, state, i * width, width);
      }
    }
  }

  private boolean copies() {
    return spec.halts() && spec.haltedState() == HaltedState.COPY;
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
    beginHalting(remainderGradients);
    float[] dState = new float[all];
    float[] around = new float[copies() ? all : 0];
    float[] dp = new float[count];
    for (int n = computed - 1; n >= 0; n--) {
      FloatUniversalTape tape = tapes[n];
      if (spec.halts()) {
        Arrays.fill(around, 0);
        outputBackward(tape, n, worker, dOut, dState, around, dp);
      } else if (n == computed - 1) {
        System.arraycopy(dOut, 0, dState, 0, all);
      }
      block.backward(rows, tape, n, dState);
      if (spec.halts()) {
        probabilitiesBackward(w, worker, tape, dp, dState);
      }
      timingBackward(timing, worker, n, dState);
      for (int i = 0; i < around.length; i++) {
        dState[i] += around[i];
      }
    }
    inputBackward(w, worker, dState, dx, first);
  }

  private void beginHalting(double[] remainderGradients) {
    halting.beginBackward();
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int at = rows.pass.dense(rows.example(e), i);
        halting.remainderGradient(rows.start(e) + i, remainderGradients[at]);
      }
    }
  }

  /** Through the output of a step to its state and to its probabilities. */
  private void outputBackward(
      FloatUniversalTape tape,
      int step,
      FloatUniversalWorker worker,
      float[] dOut,
      float[] dState,
      float[] around,
      float[] dp) {
    float[] after = tape.flow[layout.sublayers()];
    for (int i = 0; i < rows.count(); i++) {
      int at = i * width;
      if (copies() && !halting.ran(step, i)) {
        System.arraycopy(dState, at, around, at, width);
        Arrays.fill(dState, at, at + width, 0);
      }
      float weight = halting.weight(step, i);
      float dw = worker.blocks.dot(width, dOut, at, after, at);
      if (basic) {
        dw -= worker.blocks.dot(width, dOut, at, tape.before, at);
      }
      worker.blocks.addScaled(width, weight, dOut, at, dState, at);
      if (basic) {
        worker.blocks.scale(width, 1 - weight, dOut, at, dOut, at);
      }
      dp[i] = halting.backward(step, i, dw);
    }
  }

  private void probabilitiesBackward(
      FloatUniversalParameters w,
      FloatUniversalWorker worker,
      FloatUniversalTape tape,
      float[] dp,
      float[] ds) {
    average(dp);
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int row = rows.start(e) + i;
        float own = tape.p[row];
        float dz = rows.example(e).ponders()[i] ? dp[row] * own * (1 - own) : 0;
        if (dz != 0) {
          worker.gradients.haltingBias[0] += dz;
          worker.blocks.addScaled(
              width, dz, tape.flow[0], row * width, worker.gradients.halting, 0);
          worker.blocks.addScaled(width, dz, w.halting, 0, ds, row * width);
        }
      }
    }
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
