package org.dl4jext.samediff.universal;

import java.util.Arrays;

/**
 * The attention of one step over some examples with its projections, from the caches of earlier
 * calls on, and the attention to their memories.
 */
final class FloatUniversalAttention {

  private static final int SELF = UniversalDropout.SELF;
  private static final int MEMORY = UniversalDropout.MEMORY;

  private final UniversalSpec spec;
  private final FloatUniversalParameters w;
  private final FloatUniversalWorker worker;
  private final int width;

  /** Gradients of the carried caches, and of those before the pass; null for none. */
  private FloatUniversalCaches carriedGradients;

  private FloatUniversalCaches cacheGradients;

  FloatUniversalAttention(
      UniversalLayout layout, FloatUniversalParameters w, FloatUniversalWorker worker) {
    spec = layout.spec();
    this.w = w;
    this.worker = worker;
    width = layout.width();
  }

  /** Sets where gradients of caches come from and go to. */
  void beginBackward(FloatUniversalCaches carried, FloatUniversalCaches caches) {
    carriedGradients = carried;
    cacheGradients = caches;
  }

  /** Columns of what is projected of y: queries, and for self-attention keys and values. */
  private int columns(int kind) {
    return kind == SELF ? 3 * width : width;
  }

  /**
   * What attention adds to the state.
   *
   * @param kind SELF or MEMORY
   */
  void forward(
      int kind,
      FloatUniversalRows rows,
      FloatUniversalTape tape,
      int step,
      float[] y,
      float[] added) {
    int count = rows.count();
    float[] projected = tape.projected[kind];
    worker.linear(count, width, columns(kind), y, w.projections[kind], projected, false);
    for (int e = 0; e < rows.examples(); e++) {
      if (kind == SELF) {
        join(rows, tape, step, e);
      }
      worker.attention.forward(
          operands(kind, rows, tape, e),
          new FloatAttentionView(spec, rows.pass, rows.example(e), kind, step),
          contextOf(tape.contexts[kind], rows, e),
          tape.logSums[kind],
          rows.start(e),
          count);
    }
    worker.linear(count, width, width, tape.contexts[kind], w.outputs[kind], added, false);
  }

  /** Puts cached keys and values before the own ones, and keeps both where that is wanted. */
  private void join(FloatUniversalRows rows, FloatUniversalTape tape, int step, int e) {
    ExampleRows example = rows.example(e);
    int cached = example.cached();
    for (int kind = 0; kind < 2; kind++) {
      if (cached == 0 && rows.carried == null) {
        tape.joined[kind][e] = null;
        continue;
      }
      float[] joined = new float[(cached + example.size()) * width];
      rows.caches.load(worker.host, kind, example.example(), step, cached, joined, 0);
      for (int i = 0; i < example.size(); i++) {
        int from = (rows.start(e) + i) * 3 * width + (1 + kind) * width;
        System.arraycopy(tape.projected[SELF], from, joined, (cached + i) * width, width);
      }
      tape.joined[kind][e] = joined;
      if (rows.carried != null) {
        rows.carried.keep(worker.host, rows.caches, kind, example, step, joined);
      }
    }
  }

  private FloatAttention.Operands operands(
      int kind, FloatUniversalRows rows, FloatUniversalTape tape, int e) {
    return kind == SELF
        ? selfOperands(rows, e, tape.projected[SELF], tape.joined[0][e], tape.joined[1][e])
        : memoryOperands(rows, e, tape.projected[MEMORY], rows.memoryKeyValue);
  }

  private FloatAttention.Operands selfOperands(
      FloatUniversalRows rows, int e, float[] wide, float[] keys, float[] values) {
    int size = rows.example(e).size();
    int at = rows.start(e) * 3 * width;
    FloatAttention.Rows q = new FloatAttention.Rows(wide, at, 3 * width);
    if (keys == null) {
      return new FloatAttention.Operands(size, size, q, q.from(0, width), q.from(0, 2 * width));
    }
    return new FloatAttention.Operands(
        size,
        rows.example(e).cached() + size,
        q,
        new FloatAttention.Rows(keys, 0, width),
        new FloatAttention.Rows(values, 0, width));
  }

  private FloatAttention.Operands memoryOperands(
      FloatUniversalRows rows, int e, float[] queries, float[] keyValue) {
    int at = rows.memoryStart(e) * 2 * width;
    FloatAttention.Rows k = new FloatAttention.Rows(keyValue, at, 2 * width);
    FloatAttention.Rows q = contextOf(queries, rows, e);
    return new FloatAttention.Operands(
        rows.example(e).size(), rows.memoryCount(e), q, k, k.from(0, width));
  }

  private FloatAttention.Rows contextOf(float[] context, FloatUniversalRows rows, int e) {
    return new FloatAttention.Rows(context, rows.start(e) * width, width);
  }

  /**
   * From the gradient of what attention added to that of y; adds to those of the weights, and of
   * the keys and values of a memory.
   */
  void backward(
      int kind,
      FloatUniversalRows rows,
      FloatUniversalTape tape,
      int step,
      float[] y,
      float[] dAdded,
      float[] dy) {
    int count = rows.count();
    int columns = columns(kind);
    FloatUniversalParameters g = worker.gradients;
    worker.linearBackward(
        count,
        width,
        width,
        tape.contexts[kind],
        w.outputs[kind],
        dAdded,
        g.outputs[kind],
        worker.spare);
    Arrays.fill(worker.wide, 0, count * columns, 0);
    for (int e = 0; e < rows.examples(); e++) {
      boolean joined = kind == SELF && tape.joined[0][e] != null;
      float[] keys = joined ? begin(rows, tape, step, 0, e) : null;
      float[] values = joined ? begin(rows, tape, step, 1, e) : null;
      worker.attention.backward(
          operands(kind, rows, tape, e),
          new FloatAttentionView(spec, rows.pass, rows.example(e), kind, step),
          contextOf(tape.contexts[kind], rows, e),
          contextOf(worker.spare, rows, e),
          tape.logSums[kind],
          rows.start(e),
          count,
          kind == SELF
              ? selfOperands(rows, e, worker.wide, keys, values)
              : memoryOperands(rows, e, worker.wide, rows.memoryKeyValueGradient));
      if (joined) {
        split(rows, step, 0, e, keys);
        split(rows, step, 1, e, values);
      }
    }
    worker.linearBackward(
        count, width, columns, y, w.projections[kind], worker.wide, g.projections[kind], dy);
  }

  /** Gradients of the joined keys or values, from those of the carried caches. */
  private float[] begin(
      FloatUniversalRows rows, FloatUniversalTape tape, int step, int kind, int e) {
    int length = tape.joined[kind][e].length;
    float[] d = new float[length];
    if (carriedGradients != null) {
      int all = length / width;
      int kept = Math.min(all, spec.maxLength());
      int example = rows.example(e).example();
      carriedGradients.load(worker.host, kind, example, step, kept, d, (all - kept) * width);
    }
    return d;
  }

  private void split(FloatUniversalRows rows, int step, int kind, int e, float[] d) {
    ExampleRows example = rows.example(e);
    int cached = example.cached();
    if (cacheGradients != null) {
      cacheGradients.store(worker.host, kind, example.example(), step, cached, d, 0);
    }
    for (int i = 0; i < example.size(); i++) {
      int to = (rows.start(e) + i) * 3 * width + (1 + kind) * width;
      System.arraycopy(d, (cached + i) * width, worker.wide, to, width);
    }
  }
}
