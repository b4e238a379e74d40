package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * The block of one step over some examples: attention, perhaps attention to a memory, and the
 * transition, each with its norm and residual; {@link ReferenceSublayer} is the slow form.
 */
final class FloatUniversalBlock {

  private final UniversalLayout layout;
  private final UniversalSpec spec;
  private final FloatUniversalParameters w;
  private final FloatUniversalWorker worker;
  private final FloatUniversalAttention attention;
  private final int width;
  private final int inner;
  private final boolean pre;

  FloatUniversalBlock(
      UniversalLayout layout, FloatUniversalParameters w, FloatUniversalWorker worker) {
    this.layout = layout;
    this.spec = layout.spec();
    this.w = w;
    this.worker = worker;
    attention = new FloatUniversalAttention(layout, w, worker);
    width = layout.width();
    inner = layout.innerSize();
    pre = spec.norm() == NormPlacement.PRE;
  }

  FloatUniversalAttention attention() {
    return attention;
  }

  /** From {@code tape.flow[0]} to the last of {@code tape.flow}. */
  void forward(FloatUniversalRows rows, FloatUniversalTape tape, int step) {
    for (int k = 0; k < layout.sublayers(); k++) {
      int count = rows.count();
      float[] in = tape.flow[k];
      float[] y = in;
      if (pre) {
        worker.norm.forward(count, in, w.gains[k], w.biases[k], worker.normed);
        y = worker.normed;
      }
      float[] added = worker.added;
      switch (kind(k)) {
        case UniversalDropout.TRANSITION -> transition(rows, tape, step, y, added);
        default -> attention.forward(kind(k), rows, tape, step, y, added);
      }
      drop(rows, kind(k), step, added);
      float[] sum = pre ? tape.flow[k + 1] : tape.sums[k];
      for (int i = 0; i < count * width; i++) {
        sum[i] = in[i] + added[i];
      }
      if (!pre) {
        worker.norm.forward(count, sum, w.gains[k], w.biases[k], tape.flow[k + 1]);
      }
    }
  }

  private int kind(int sublayer) {
    if (sublayer == 0) {
      return UniversalDropout.SELF;
    }
    return sublayer == layout.sublayers() - 1
        ? UniversalDropout.TRANSITION
        : UniversalDropout.MEMORY;
  }

  private void drop(FloatUniversalRows rows, int kind, int step, float[] added) {
    UniversalDropout dropout = rows.pass.dropout();
    if (!dropout.dropsResidual()) {
      return;
    }
    for (int e = 0, at = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int row = rows.pass.dense(rows.example(e), i);
        for (int j = 0; j < width; j++, at++) {
          added[at] *= FloatMath.of(dropout.residual(kind, step, row, j));
        }
      }
    }
  }

  private void transition(
      FloatUniversalRows rows, FloatUniversalTape tape, int step, float[] y, float[] added) {
    int count = rows.count();
    fill(count, w.innerBias, tape.hidden);
    worker.linear(count, width, inner, y, w.inner, tape.hidden, true);
    for (int i = 0; i < count * inner; i++) {
      tape.hidden[i] = Math.max(tape.hidden[i], 0);
    }
    dropHidden(rows, step, tape.hidden);
    fill(count, w.outerBias, added);
    worker.linear(count, inner, width, tape.hidden, w.outer, added, true);
  }

  private void dropHidden(FloatUniversalRows rows, int step, float[] hidden) {
    UniversalDropout dropout = rows.pass.dropout();
    if (!dropout.dropsTransition()) {
      return;
    }
    for (int e = 0, at = 0; e < rows.examples(); e++) {
      for (int i = 0; i < rows.example(e).size(); i++) {
        int row = rows.pass.dense(rows.example(e), i);
        for (int j = 0; j < inner; j++, at++) {
          hidden[at] *= FloatMath.of(dropout.transition(step, row, j));
        }
      }
    }
  }

  private static void fill(int rows, float[] bias, float[] to) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(bias, 0, to, i * bias.length, bias.length);
    }
  }

  /**
   * From the gradient of the state after the step to that of the state before it, in place; adds to
   * the gradients of the parameters.
   */
  void backward(FloatUniversalRows rows, FloatUniversalTape tape, int step, float[] d) {
    int count = rows.count();
    FloatUniversalParameters g = worker.gradients;
    for (int k = layout.sublayers() - 1; k >= 0; k--) {
      if (!pre) {
        System.arraycopy(d, 0, worker.spare, 0, count * width);
        Arrays.fill(d, 0, count * width, 0);
        worker.norm.backward(
            count, tape.sums[k], w.gains[k], worker.spare, d, g.gains[k], g.biases[k]);
      }
      float[] y = tape.flow[k];
      if (pre) {
        worker.norm.forward(count, y, w.gains[k], w.biases[k], worker.normed);
        y = worker.normed;
      }
      System.arraycopy(d, 0, worker.added, 0, count * width);
      drop(rows, kind(k), step, worker.added);
      switch (kind(k)) {
        case UniversalDropout.TRANSITION ->
            transitionBackward(rows, tape, step, y, worker.added, worker.branch);
        default -> attention.backward(kind(k), rows, tape, step, y, worker.added, worker.branch);
      }
      if (pre) {
        worker.norm.backward(
            count, tape.flow[k], w.gains[k], worker.branch, d, g.gains[k], g.biases[k]);
      } else {
        for (int i = 0; i < count * width; i++) {
          d[i] += worker.branch[i];
        }
      }
    }
  }

  private void transitionBackward(
      FloatUniversalRows rows,
      FloatUniversalTape tape,
      int step,
      float[] y,
      float[] dAdded,
      float[] dy) {
    int count = rows.count();
    FloatUniversalParameters g = worker.gradients;
    sumRows(count, dAdded, g.outerBias);
    worker.linearBackward(count, inner, width, tape.hidden, w.outer, dAdded, g.outer, worker.inner);
    float[] d = worker.inner;
    for (int i = 0; i < count * inner; i++) {
      d[i] = tape.hidden[i] > 0 ? d[i] : 0;
    }
    dropHidden(rows, step, d);
    sumRows(count, d, g.innerBias);
    worker.linearBackward(count, width, inner, y, w.inner, d, g.inner, dy);
  }

  private void sumRows(int rows, float[] x, float[] sum) {
    for (int i = 0; i < rows; i++) {
      worker.blocks.addScaled(sum.length, 1, x, i * sum.length, sum, 0);
    }
  }
}
