package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * The halting of some examples: from the states to the probabilities, and from the weights of the
 * steps to the output; {@link ReferenceExample} is the slow form.
 */
final class FloatUniversalPonder {

  private final UniversalLayout layout;
  private final UniversalSpec spec;
  private final int width;
  private final boolean basic;
  private final FloatHalting halting;
  private FloatUniversalRows rows;
  private float[] p = new float[0];

  FloatUniversalPonder(UniversalLayout layout) {
    this.layout = layout;
    spec = layout.spec();
    width = layout.width();
    basic = spec.actType() == ActType.BASIC;
    halting = new FloatHalting(spec.haltingSpec());
  }

  /** Begins a pass. */
  void begin(FloatUniversalRows newRows) {
    rows = newRows;
    p = FloatHostArrays.ensure(p, rows.count());
    halting.begin(rows.count());
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        if (rows.example(e).ponders()[i]) {
          halting.start(rows.start(e) + i);
        }
      }
    }
  }

  boolean allHalted() {
    return halting.left() == 0;
  }

  /** Whether a row had not halted before a step. */
  boolean ran(int step, int row) {
    return halting.ran(step, row);
  }

  /** Whether halted rows keep their state. */
  boolean copies() {
    return spec.halts() && spec.haltedState() == HaltedState.COPY;
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

  /** Makes the probabilities of a step and decides who halts in it. */
  void decide(
      FloatUniversalParameters w, FloatUniversalWorker worker, FloatUniversalTape tape, int step) {
    for (int i = 0; i < rows.count(); i++) {
      float logit = worker.blocks.dot(width, tape.flow[0], i * width, w.halting, 0);
      tape.p[i] = FloatMath.sigmoid(logit + w.haltingBias[0]);
      p[i] = tape.p[i];
    }
    average(p);
    halting.decide(p, step);
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

  /** Adds the state after a step to the output. */
  void combine(FloatUniversalTape tape, int step, float[] after, float[] out) {
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

  /**
   * Begins the backward pass.
   *
   * @param remainderGradients in c order [N,T]
   */
  void beginBackward(double[] remainderGradients) {
    halting.beginBackward();
    for (int e = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int at = rows.pass.dense(rows.example(e), i);
        halting.remainderGradient(rows.start(e) + i, remainderGradients[at]);
      }
    }
  }

  /** Through the output of a step to its state and to its probabilities. */
  void outputBackward(
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

  /** Through the probabilities of a step to the state before it. */
  void probabilitiesBackward(
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
}
