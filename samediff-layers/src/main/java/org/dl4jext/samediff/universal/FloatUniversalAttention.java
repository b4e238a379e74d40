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

  /** What attention adds to the state. */
  void forward(
      FloatUniversalRows rows, FloatUniversalTape tape, int step, float[] y, float[] added) {
    int count = rows.count();
    worker.linear(count, width, 3 * width, y, w.queryKeyValue, tape.queryKeyValue, false);
    for (int e = 0; e < rows.examples(); e++) {
      join(rows, tape, step, e);
      worker.attention.forward(
          operands(rows, tape, e),
          FloatAttentionView.self(spec, rows.pass, rows.example(e), step),
          contextOf(tape.contexts[SELF], rows, e),
          tape.logSums[SELF],
          rows.start(e),
          count);
    }
    worker.linear(count, width, width, tape.contexts[SELF], w.output, added, false);
  }

  /** Puts cached keys and values before the own ones, and keeps both where that is wanted. */
  private void join(FloatUniversalRows rows, FloatUniversalTape tape, int step, int e) {
    ExampleRows example = rows.example(e);
    int cached = example.cached();
    int all = cached + example.size();
    for (int kind = 0; kind < 2; kind++) {
      if (cached == 0 && rows.carried == null) {
        tape.joined[kind][e] = null;
        continue;
      }
      float[] joined = new float[all * width];
      rows.caches.load(kind, example.example(), step, cached, joined);
      for (int i = 0; i < example.size(); i++) {
        int from = (rows.start(e) + i) * 3 * width + (1 + kind) * width;
        System.arraycopy(tape.queryKeyValue, from, joined, (cached + i) * width, width);
      }
      tape.joined[kind][e] = joined;
      if (rows.carried != null) {
        int kept = Math.min(all, spec.maxLength());
        rows.carried.store(kind, example.example(), step, joined, (all - kept) * width, kept);
      }
    }
  }

  private FloatAttention.Operands operands(
      FloatUniversalRows rows, FloatUniversalTape tape, int e) {
    return operands(rows, e, tape.queryKeyValue, tape.joined[0][e], tape.joined[1][e]);
  }

  private FloatAttention.Operands operands(
      FloatUniversalRows rows, int e, float[] wide, float[] keys, float[] values) {
    int size = rows.example(e).size();
    int at = rows.start(e) * 3 * width;
    FloatAttention.Rows q = new FloatAttention.Rows(wide, at, 3 * width);
    if (keys == null) {
      return new FloatAttention.Operands(
          size,
          size,
          q,
          new FloatAttention.Rows(wide, at + width, 3 * width),
          new FloatAttention.Rows(wide, at + 2 * width, 3 * width));
    }
    return new FloatAttention.Operands(
        size,
        rows.example(e).cached() + size,
        q,
        new FloatAttention.Rows(keys, 0, width),
        new FloatAttention.Rows(values, 0, width));
  }

  private FloatAttention.Rows contextOf(float[] context, FloatUniversalRows rows, int e) {
    return new FloatAttention.Rows(context, rows.start(e) * width, width);
  }

  /** From the gradient of what attention added to that of y; adds to those of the weights. */
  void backward(
      FloatUniversalRows rows,
      FloatUniversalTape tape,
      int step,
      float[] y,
      float[] dAdded,
      float[] dy) {
    int count = rows.count();
    FloatUniversalParameters g = worker.gradients;
    worker.linearBackward(
        count, width, width, tape.contexts[SELF], w.output, dAdded, g.output, worker.spare);
    Arrays.fill(worker.wide, 0, count * 3 * width, 0);
    for (int e = 0; e < rows.examples(); e++) {
      boolean joined = tape.joined[0][e] != null;
      float[][] own = {joined ? begin(rows, tape, step, 0, e) : null, null};
      own[1] = joined ? begin(rows, tape, step, 1, e) : null;
      worker.attention.backward(
          operands(rows, tape, e),
          FloatAttentionView.self(spec, rows.pass, rows.example(e), step),
          contextOf(tape.contexts[SELF], rows, e),
          contextOf(worker.spare, rows, e),
          tape.logSums[SELF],
          rows.start(e),
          count,
          operands(rows, e, worker.wide, own[0], own[1]));
      for (int kind = 0; joined && kind < 2; kind++) {
        split(rows, step, kind, e, own[kind]);
      }
    }
    worker.linearBackward(
        count, width, 3 * width, y, w.queryKeyValue, worker.wide, g.queryKeyValue, dy);
  }

  /** Gradients of the joined keys or values, from those of the carried caches. */
  private float[] begin(
      FloatUniversalRows rows, FloatUniversalTape tape, int step, int kind, int e) {
    int length = tape.joined[kind][e].length;
    float[] d = new float[length];
    if (carriedGradients != null) {
      int all = length / width;
      int kept = Math.min(all, spec.maxLength());
      float[] front = new float[kept * width];
      carriedGradients.load(kind, rows.example(e).example(), step, kept, front);
      System.arraycopy(front, 0, d, (all - kept) * width, front.length);
    }
    return d;
  }

  private void split(FloatUniversalRows rows, int step, int kind, int e, float[] d) {
    ExampleRows example = rows.example(e);
    int cached = example.cached();
    if (cacheGradients != null) {
      cacheGradients.store(kind, example.example(), step, d, 0, cached);
    }
    for (int i = 0; i < example.size(); i++) {
      int to = (rows.start(e) + i) * 3 * width + (1 + kind) * width;
      System.arraycopy(d, (cached + i) * width, worker.wide, to, width);
    }
  }

  /** What attention to the memory adds to the state. */
  void memoryForward(
      FloatUniversalRows rows, FloatUniversalTape tape, int step, float[] y, float[] added) {
    int count = rows.count();
    worker.linear(count, width, width, y, w.memoryQuery, tape.memoryQuery, false);
    for (int e = 0; e < rows.examples(); e++) {
      worker.attention.forward(
          memoryOperands(rows, e, tape.memoryQuery, rows.memoryKeyValue),
          FloatAttentionView.memory(spec, rows.pass, rows.example(e), step),
          contextOf(tape.contexts[MEMORY], rows, e),
          tape.logSums[MEMORY],
          rows.start(e),
          count);
    }
    worker.linear(count, width, width, tape.contexts[MEMORY], w.memoryOutput, added, false);
  }

  private FloatAttention.Operands memoryOperands(
      FloatUniversalRows rows, int e, float[] queries, float[] keyValue) {
    int at = rows.memoryStart(e) * 2 * width;
    return new FloatAttention.Operands(
        rows.example(e).size(),
        rows.memoryCount(e),
        contextOf(queries, rows, e),
        new FloatAttention.Rows(keyValue, at, 2 * width),
        new FloatAttention.Rows(keyValue, at + width, 2 * width));
  }

  /** The backward pass of {@link #memoryForward}; adds to the gradients of keys and values. */
  void memoryBackward(
      FloatUniversalRows rows,
      FloatUniversalTape tape,
      int step,
      float[] y,
      float[] dAdded,
      float[] dy) {
    int count = rows.count();
    FloatUniversalParameters g = worker.gradients;
    worker.linearBackward(
        count,
        width,
        width,
        tape.contexts[MEMORY],
        w.memoryOutput,
        dAdded,
        g.memoryOutput,
        worker.spare);
    for (int e = 0; e < rows.examples(); e++) {
      worker.attention.backward(
          memoryOperands(rows, e, tape.memoryQuery, rows.memoryKeyValue),
          FloatAttentionView.memory(spec, rows.pass, rows.example(e), step),
          contextOf(tape.contexts[MEMORY], rows, e),
          contextOf(worker.spare, rows, e),
          tape.logSums[MEMORY],
          rows.start(e),
          count,
          memoryOperands(rows, e, worker.wide, rows.memoryKeyValueGradient));
    }
    worker.linearBackward(count, width, width, y, w.memoryQuery, worker.wide, g.memoryQuery, dy);
  }
}
