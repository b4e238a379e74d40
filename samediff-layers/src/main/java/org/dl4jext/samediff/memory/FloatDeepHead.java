package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.CACHED;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.GATES;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.K;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.MEMORY;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.O;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.Q;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.SCALARS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.V;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.W1;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.W2;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * The deep memories, token by token; {@link CachedHeadReference} is the slow form. Only the cached
 * memories and the one at each segment's start are kept; the backward pass runs a segment again
 * before it differentiates it.
 */
final class FloatDeepHead implements FloatCachedHead {

  private final FloatBlocks blocks;
  private CachedRecurrenceSizes sizes;
  private FloatDeepStep step;
  private boolean checkpoint;
  private boolean soup;
  private int read;
  private int size;
  private float[] fresh = new float[0];
  private float[] memory = new float[0];
  private float[] steps = new float[0];
  private float[] mixed = new float[0];
  private float[] query = new float[0];
  private float[] dCached = new float[0];
  private float[] dFresh = new float[0];

  FloatDeepHead(FloatBlocks blocks) {
    this.blocks = blocks;
  }

  @Override
  public int keptSize(CachedRecurrenceSizes now) {
    SegmentPlan plan = now.plan();
    return plan.entries() * now.readSize() + plan.segments().size() * now.memorySize();
  }

  private void resize(CachedRecurrenceSizes now) {
    if (sizes == null
        || sizes.keySize() != now.keySize()
        || sizes.valueSize() != now.valueSize()
        || sizes.deepSize() != now.deepSize()) {
      step =
          new FloatDeepStep(
              blocks, now.spec().memory(), now.keySize(), now.valueSize(), now.deepSize());
      read = now.readSize();
      size = now.memorySize();
      fresh = new float[size];
      memory = new float[size];
      mixed = new float[read];
      query = new float[now.keySize()];
      dFresh = new float[size];
    }
    sizes = now;
    checkpoint = now.spec().caching().segmentStart() == SegmentStart.CHECKPOINT;
    soup = now.spec().caching().variant() == CachingVariant.SOUP;
  }

  private void openHead(FloatCachedArrays arrays, int head) {
    resize(arrays.sizes);
    int first = sizes.deepSize() * sizes.keySize();
    System.arraycopy(arrays.in[W1], head * first, fresh, 0, first);
    System.arraycopy(arrays.in[W2], head * (read - first), fresh, first, read - first);
  }

  private int startAt(int segment) {
    return sizes.plan().entries() * read + segment * size;
  }

  private boolean isFresh(SegmentPlan.Segment s) {
    return !s.continues() && !(checkpoint && s.closed() >= 0);
  }

  @Override
  public void forward(FloatCachedArrays arrays, int example, int head, float[] kept) {
    openHead(arrays, head);
    SegmentPlan plan = sizes.plan();
    for (int i = 0; i < plan.initial(); i++) {
      int at = arrays.slot(false, example, i, head) * read;
      System.arraycopy(arrays.in[CACHED], at, kept, i * read, read);
      blocks.addScaled(read, 1, fresh, 0, kept, i * read);
    }
    int place = arrays.head(example, head) * size;
    System.arraycopy(arrays.in[MEMORY], place, memory, 0, size);
    blocks.addScaled(size, 1, fresh, 0, memory, 0);
    for (int i = 0; i < plan.segments().size(); i++) {
      SegmentPlan.Segment s = plan.segments().get(i);
      start(s, kept);
      System.arraycopy(memory, 0, kept, startAt(i), size);
      for (int t = s.start(); t < s.end(); t++) {
        if (arrays.valid(example, t)) {
          int token = arrays.token(example, t, head);
          write(arrays, token, memory, 0, memory, 0);
          readAll(arrays, token, s.readable(), kept);
        }
      }
    }
    float[] out = arrays.out[FloatCachedArrays.state(MEMORY)];
    System.arraycopy(memory, 0, out, place, size);
    blocks.addScaled(size, -1, fresh, 0, out, place);
    for (int i = 0; i < plan.cached().size(); i++) {
      int at = arrays.slot(true, example, i, head) * read;
      float[] cached = arrays.out[FloatCachedArrays.state(CACHED)];
      System.arraycopy(kept, plan.cached().get(i) * read, cached, at, read);
      blocks.addScaled(read, -1, fresh, 0, cached, at);
    }
  }

  private void start(SegmentPlan.Segment s, float[] kept) {
    if (s.closed() >= 0) {
      System.arraycopy(memory, 0, kept, s.closed() * read, read);
    }
    if (s.merged() >= 0) {
      int to = s.merged() * read;
      System.arraycopy(kept, s.later() * read, kept, to, read);
      if (!checkpoint) {
        blocks.addScaled(read, 1, kept, s.earlier() * read, kept, to);
        blocks.addScaled(read, -1, fresh, 0, kept, to);
      }
    }
    if (isFresh(s)) {
      System.arraycopy(fresh, 0, memory, 0, size);
    }
  }

  private float scalar(FloatCachedArrays arrays, int index, int token) {
    boolean has = index < sizes.spec().memory().scalars().size();
    return has ? arrays.in[SCALARS + index][token] : 0;
  }

  private void write(
      FloatCachedArrays arrays, int token, float[] from, int at, float[] to, int toAt) {
    step.write(
        from,
        at,
        arrays.in[K],
        token * sizes.keySize(),
        arrays.in[V],
        token * sizes.valueSize(),
        scalar(arrays, 0, token),
        scalar(arrays, 1, token),
        scalar(arrays, 2, token),
        to,
        toAt);
  }

  private void openQuery(FloatCachedArrays arrays, int token) {
    int keys = sizes.keySize();
    float scale = FloatMath.of(sizes.spec().scale());
    blocks.scale(keys, scale, arrays.in[Q], token * keys, query, 0);
  }

  private void readAll(FloatCachedArrays arrays, int token, List<Integer> readable, float[] kept) {
    openQuery(arrays, token);
    float[] gates = arrays.out[GATES];
    int gate = token * sizes.plan().columns();
    int o = token * sizes.valueSize();
    if (soup) {
      mix(gates, gate, readable, kept, memory, 0);
      step.read(mixed, 0, query, 0, 1, arrays.out[O], o);
      return;
    }
    for (int j = 0; j < readable.size(); j++) {
      if (gates[gate + j] != 0) {
        step.read(kept, readable.get(j) * read, query, 0, gates[gate + j], arrays.out[O], o);
      }
    }
    step.read(memory, 0, query, 0, gates[gate + readable.size()], arrays.out[O], o);
  }

  private void mix(
      float[] gates, int gate, List<Integer> readable, float[] kept, float[] online, int at) {
    blocks.scale(read, gates[gate + readable.size()], online, at, mixed, 0);
    for (int j = 0; j < readable.size(); j++) {
      if (gates[gate + j] != 0) {
        blocks.addScaled(read, gates[gate + j], kept, readable.get(j) * read, mixed, 0);
      }
    }
  }

  @Override
  public void backward(
      FloatCachedArrays arrays, FloatCachedArrays d, int example, int head, float[] kept) {
    openHead(arrays, head);
    SegmentPlan plan = sizes.plan();
    int length = plan.entries() * read;
    dCached = FloatHostArrays.ensure(dCached, length);
    Arrays.fill(dCached, 0, length, 0);
    Arrays.fill(dFresh, 0);
    for (int i = 0; i < plan.cached().size(); i++) {
      int at = arrays.slot(true, example, i, head) * read;
      int to = plan.cached().get(i) * read;
      System.arraycopy(d.out[FloatCachedArrays.state(CACHED)], at, dCached, to, read);
      blocks.addScaled(read, -1, dCached, to, dFresh, 0);
    }
    int place = arrays.head(example, head) * size;
    float[] dMemory =
        Arrays.copyOfRange(d.out[FloatCachedArrays.state(MEMORY)], place, place + size);
    blocks.addScaled(size, -1, dMemory, 0, dFresh, 0);
    for (int i = plan.segments().size() - 1; i >= 0; i--) {
      segmentBackward(arrays, d, example, head, i, kept, dMemory);
    }
    blocks.addScaled(size, 1, dMemory, 0, dFresh, 0);
    System.arraycopy(dMemory, 0, d.in[MEMORY], place, size);
    for (int i = 0; i < plan.initial(); i++) {
      int at = arrays.slot(false, example, i, head) * read;
      System.arraycopy(dCached, i * read, d.in[CACHED], at, read);
      blocks.addScaled(read, 1, dCached, i * read, dFresh, 0);
    }
    System.arraycopy(dFresh, 0, d.startWeights(), arrays.head(example, head) * read, read);
  }

  private void segmentBackward(
      FloatCachedArrays arrays,
      FloatCachedArrays d,
      int example,
      int head,
      int index,
      float[] kept,
      float[] dMemory) {
    SegmentPlan.Segment s = sizes.plan().segments().get(index);
    steps = FloatHostArrays.ensure(steps, (s.length() + 1L) * size);
    System.arraycopy(kept, startAt(index), steps, 0, size);
    int count = 0;
    for (int t = s.start(); t < s.end(); t++) {
      if (arrays.valid(example, t)) {
        int token = arrays.token(example, t, head);
        write(arrays, token, steps, count * size, steps, (count + 1) * size);
        count++;
      }
    }
    for (int t = s.end() - 1; t >= s.start(); t--) {
      if (arrays.valid(example, t)) {
        int token = arrays.token(example, t, head);
        readBackward(arrays, d, token, s.readable(), kept, count * size, dMemory);
        count--;
        writeBackward(arrays, d, token, count * size, dMemory);
      }
    }
    startBackward(s, dMemory);
  }

  private void startBackward(SegmentPlan.Segment s, float[] dMemory) {
    if (isFresh(s)) {
      blocks.addScaled(size, 1, dMemory, 0, dFresh, 0);
      Arrays.fill(dMemory, 0);
    }
    if (s.merged() >= 0) {
      int from = s.merged() * read;
      blocks.addScaled(read, 1, dCached, from, dCached, s.later() * read);
      if (!checkpoint) {
        blocks.addScaled(read, 1, dCached, from, dCached, s.earlier() * read);
        blocks.addScaled(read, -1, dCached, from, dFresh, 0);
      }
    }
    if (s.closed() >= 0) {
      blocks.addScaled(read, 1, dCached, s.closed() * read, dMemory, 0);
    }
  }

  private void writeBackward(
      FloatCachedArrays arrays, FloatCachedArrays d, int token, int before, float[] dMemory) {
    step.writeBackward(
        steps,
        before,
        arrays.in[K],
        token * sizes.keySize(),
        arrays.in[V],
        token * sizes.valueSize(),
        scalar(arrays, 0, token),
        scalar(arrays, 1, token),
        scalar(arrays, 2, token),
        dMemory,
        d.in[K],
        token * sizes.keySize(),
        d.in[V],
        token * sizes.valueSize());
    for (int i = 0; i < sizes.spec().memory().scalars().size(); i++) {
      d.in[SCALARS + i][token] = step.dScalars[i];
    }
  }

  private void readBackward(
      FloatCachedArrays arrays,
      FloatCachedArrays d,
      int token,
      List<Integer> readable,
      float[] kept,
      int online,
      float[] dMemory) {
    openQuery(arrays, token);
    int gate = token * sizes.plan().columns();
    float[] gates = arrays.out[GATES];
    float[] dGates = d.out[GATES];
    float[] dO = d.out[O];
    int o = token * sizes.valueSize();
    int keys = sizes.keySize();
    float[] dQuery = d.in[Q];
    int last = readable.size();
    if (soup) {
      mix(gates, gate, readable, kept, steps, online);
      float[] dMixed = new float[read];
      step.readBackward(mixed, 0, query, 0, 1, dO, o, dMixed, 0, dQuery, token * keys);
      for (int j = 0; j < last; j++) {
        int at = readable.get(j) * read;
        dGates[gate + j] += blocks.dot(read, dMixed, 0, kept, at);
        blocks.addScaled(read, gates[gate + j], dMixed, 0, dCached, at);
      }
      dGates[gate + last] += blocks.dot(read, dMixed, 0, steps, online);
      blocks.addScaled(read, gates[gate + last], dMixed, 0, dMemory, 0);
    } else {
      for (int j = 0; j < last; j++) {
        if (gates[gate + j] != 0) {
          int at = readable.get(j) * read;
          dGates[gate + j] +=
              step.readBackward(
                  kept, at, query, 0, gates[gate + j], dO, o, dCached, at, dQuery, token * keys);
        }
      }
      dGates[gate + last] +=
          step.readBackward(
              steps, online, query, 0, gates[gate + last], dO, o, dMemory, 0, dQuery, token * keys);
    }
    float scale = FloatMath.of(sizes.spec().scale());
    blocks.scale(keys, scale, dQuery, token * keys, dQuery, token * keys);
  }
}
