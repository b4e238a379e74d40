package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.CACHED;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.GATES;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.MEMORY;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.O;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.delta.FloatDeltaChunk;
import org.dl4jext.samediff.delta.FloatDeltaChunkGradient;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/**
 * The memories that are linear in their state, segment by segment and inside a segment by the
 * chunks of the delta family; {@link CachedHeadReference} is the slow form. SOUP is computed as
 * GATED, which it equals here.
 *
 * <p>Memories stand side by side as the columns of one matrix [K,entries*V], so that a chunk reads
 * all of them by one product. Only they and the memory at each segment's start are kept; the
 * backward pass runs a segment again before it differentiates it. Both passes stand here together
 * because they share the matrix of memories and the rows of a chunk.
 */
final class FloatMatrixHead implements FloatCachedHead {

  private final FloatBlocks blocks;
  private FloatMatrixTokens tokens;
  private CachedRecurrenceSizes sizes;
  private int keySize;
  private int valueSize;
  private int keyRow;
  private int valueRow;
  private int chunkTokens;
  private int stackRow;
  private boolean checkpoint;
  private FloatDeltaChunk chunk;
  private FloatDeltaChunkGradient gradient;
  private FloatDeltaChunkGradient.Inputs from;
  private FloatDeltaChunkGradient.Outputs to;
  private float[] state;
  private float[] carry;
  private float[] reads;
  private float[] onlineReads;
  private float[] outputs;
  private float[] starts = new float[0];
  private float[] dStack = new float[0];
  private float[] stackT = new float[0];
  private float[] moreQueries;

  FloatMatrixHead(FloatBlocks blocks) {
    this.blocks = blocks;
  }

  @Override
  public int keptSize(CachedRecurrenceSizes now) {
    SegmentPlan plan = now.plan();
    int row = blocks.padded(now.valueSize());
    int more = now.memorySize() - now.readSize();
    int state = now.keySize() * row;
    return state * plan.entries() + (state + more) * plan.segments().size();
  }

  private void resize(CachedRecurrenceSizes now) {
    boolean same =
        sizes != null
            && sizes.keySize() == now.keySize()
            && sizes.valueSize() == now.valueSize()
            && FloatMatrixTokens.chunkTokens(now) == chunkTokens;
    sizes = now;
    stackRow = now.plan().entries() * blocks.padded(now.valueSize());
    checkpoint = now.spec().caching().segmentStart() == SegmentStart.CHECKPOINT;
    if (!same) {
      keySize = now.keySize();
      valueSize = now.valueSize();
      keyRow = blocks.padded(keySize);
      valueRow = blocks.padded(valueSize);
      chunkTokens = FloatMatrixTokens.chunkTokens(now);
      BaseMemory kind = now.spec().memory();
      int n = FloatMatrixTokens.writes(kind);
      boolean erases = kind == BaseMemory.DELTA || kind == BaseMemory.GATED_DELTA;
      boolean gated = FloatMatrixTokens.gated(kind);
      chunk = new FloatDeltaChunk(blocks, keySize, valueSize, n, chunkTokens, gated, erases);
      gradient = null;
      state = new float[keySize * valueRow];
      onlineReads = new float[chunkTokens * valueRow];
      outputs = new float[chunkTokens * valueRow];
      moreQueries = new float[chunkTokens * keyRow];
    }
    reads = FloatHostArrays.ensure(reads, (long) chunkTokens * stackRow);
    carry = new float[now.memorySize() - now.readSize()];
    if (tokens == null || !same) {
      tokens = new FloatMatrixTokens(blocks, now);
    }
    tokens.resize(now);
  }

  private int startAt(int segment) {
    return keySize * stackRow + segment * (state.length + carry.length);
  }

  private boolean isFresh(SegmentPlan.Segment s) {
    return !s.continues() && !(checkpoint && s.closed() >= 0);
  }

  @Override
  public void forward(FloatCachedArrays arrays, int example, int head, float[] kept) {
    resize(arrays.sizes);
    SegmentPlan plan = sizes.plan();
    Arrays.fill(kept, 0, keySize * stackRow, 0);
    for (int i = 0; i < plan.initial(); i++) {
      load(arrays.in[CACHED], arrays.slot(false, example, i, head) * sizes.readSize(), kept, i);
    }
    int memory = arrays.head(example, head) * sizes.memorySize();
    blocks.transpose(valueSize, keySize, arrays.in[MEMORY], memory, keySize, state, 0, valueRow);
    System.arraycopy(arrays.in[MEMORY], memory + sizes.readSize(), carry, 0, carry.length);
    for (int i = 0; i < plan.segments().size(); i++) {
      SegmentPlan.Segment s = plan.segments().get(i);
      start(s, kept);
      System.arraycopy(state, 0, kept, startAt(i), state.length);
      System.arraycopy(carry, 0, kept, startAt(i) + state.length, carry.length);
      tokens.open(arrays, example, head, s, carry);
      for (int first = 0; first < tokens.count(); first += chunkTokens) {
        int count = Math.min(chunkTokens, tokens.count() - first);
        runChunk(first, count);
        readAll(arrays, s.readable(), first, count, kept);
        tokens.writeRows(arrays.out[O], first, count, outputs);
      }
      tokens.lastCarry(carry);
    }
    store(arrays, example, head, kept);
  }

  private void start(SegmentPlan.Segment s, float[] kept) {
    if (s.closed() >= 0) {
      for (int i = 0; i < keySize; i++) {
        System.arraycopy(state, i * valueRow, kept, i * stackRow + s.closed() * valueRow, valueRow);
      }
    }
    if (s.merged() >= 0) {
      for (int i = 0; i < keySize; i++) {
        int row = i * stackRow;
        System.arraycopy(
            kept, row + s.later() * valueRow, kept, row + s.merged() * valueRow, valueRow);
        if (!checkpoint) {
          blocks.addScaled(
              valueRow, 1, kept, row + s.earlier() * valueRow, kept, row + s.merged() * valueRow);
        }
      }
    }
    if (isFresh(s)) {
      Arrays.fill(state, 0);
      Arrays.fill(carry, 0);
    }
  }

  /** Advances the online memory; its reads go to {@code onlineReads}. */
  private void runChunk(int first, int count) {
    prepareChunk(first, count);
    chunk.forward(
        count,
        tokens.gated(),
        tokens.q,
        first * keyRow,
        tokens.k,
        first * tokens.writes() * keyRow,
        tokens.e,
        first * tokens.writes() * valueRow,
        tokens.strength,
        first * tokens.writes(),
        state,
        false,
        onlineReads,
        0);
  }

  private void prepareChunk(int first, int count) {
    chunk.load(count, tokens.q, first * keyRow, tokens.k, first * tokens.writes() * keyRow);
    if (tokens.gated()) {
      chunk.decay(count, tokens.decay, first);
    }
  }

  /** Adds up the online and the cached reads of a chunk. */
  private void readAll(
      FloatCachedArrays arrays, List<Integer> readable, int first, int count, float[] kept) {
    int columns = sizes.plan().columns();
    float[] gates = arrays.out[GATES];
    for (int i = 0; i < count; i++) {
      float gate = gates[tokens.place(first + i) * columns + readable.size()];
      blocks.scale(valueRow, gate, onlineReads, i * valueRow, outputs, i * valueRow);
    }
    for (int j = 0; j < readable.size(); j = runEnd(readable, j)) {
      int width = readCached(readable, j, first, count, kept);
      for (int i = 0; i < count; i++) {
        int gate = tokens.place(first + i) * columns + j;
        for (int e = 0; e < width / valueRow; e++) {
          if (gates[gate + e] != 0) {
            blocks.addScaled(
                valueRow, gates[gate + e], reads, i * width + e * valueRow, outputs, i * valueRow);
          }
        }
      }
    }
  }

  /** The end of the run of neighbours in the stack that begins at a place. */
  private static int runEnd(List<Integer> readable, int j) {
    int end = j + 1;
    while (end < readable.size() && readable.get(end) == readable.get(end - 1) + 1) {
      end++;
    }
    return end;
  }

  /** Reads a run of cached memories [count,width] and returns the width. */
  private int readCached(List<Integer> readable, int j, int first, int count, float[] stack) {
    int width = (runEnd(readable, j) - j) * valueRow;
    blocks.multiply(
        count,
        width,
        keySize,
        tokens.q,
        first * keyRow,
        keyRow,
        1,
        stack,
        readable.get(j) * valueRow,
        stackRow,
        reads,
        0,
        width,
        1,
        false);
    return width;
  }

  /** A memory [V,K] as columns of the stack. */
  private void load(float[] memory, int at, float[] stack, int entry) {
    blocks.transpose(valueSize, keySize, memory, at, keySize, stack, entry * valueRow, stackRow);
  }

  private void unload(float[] stack, int offset, int row, float[] memory, int at) {
    blocks.transpose(keySize, valueSize, stack, offset, row, memory, at, keySize);
  }

  private void store(FloatCachedArrays arrays, int example, int head, float[] kept) {
    int memory = arrays.head(example, head) * sizes.memorySize();
    float[] out = arrays.out[FloatCachedArrays.state(MEMORY)];
    unload(state, 0, valueRow, out, memory);
    System.arraycopy(carry, 0, out, memory + sizes.readSize(), carry.length);
    List<Integer> cached = sizes.plan().cached();
    for (int i = 0; i < cached.size(); i++) {
      int at = arrays.slot(true, example, i, head) * sizes.readSize();
      unload(
          kept,
          cached.get(i) * valueRow,
          stackRow,
          arrays.out[FloatCachedArrays.state(CACHED)],
          at);
    }
  }

  @Override
  public void backward(
      FloatCachedArrays arrays, FloatCachedArrays d, int example, int head, float[] kept) {
    resize(arrays.sizes);
    openGradients(arrays, d, example, head, kept);
    SegmentPlan plan = sizes.plan();
    float[] dState = new float[state.length];
    float[] dCarry = new float[carry.length];
    int memory = arrays.head(example, head) * sizes.memorySize();
    blocks.transpose(
        valueSize,
        keySize,
        d.out[FloatCachedArrays.state(MEMORY)],
        memory,
        keySize,
        dState,
        0,
        valueRow);
    System.arraycopy(
        d.out[FloatCachedArrays.state(MEMORY)], memory + sizes.readSize(), dCarry, 0, carry.length);
    for (int i = plan.segments().size() - 1; i >= 0; i--) {
      segmentBackward(arrays, d, example, head, i, kept, dState, dCarry);
    }
    unload(dState, 0, valueRow, d.in[MEMORY], memory);
    System.arraycopy(dCarry, 0, d.in[MEMORY], memory + sizes.readSize(), carry.length);
    for (int i = 0; i < plan.initial(); i++) {
      int at = arrays.slot(false, example, i, head) * sizes.readSize();
      unload(dStack, i * valueRow, stackRow, d.in[CACHED], at);
    }
  }

  private void openGradients(
      FloatCachedArrays arrays, FloatCachedArrays d, int example, int head, float[] kept) {
    if (gradient == null) {
      gradient = new FloatDeltaChunkGradient(chunk, chunkTokens);
      int m = chunkTokens * tokens.writes();
      from = new FloatDeltaChunkGradient.Inputs();
      to = new FloatDeltaChunkGradient.Outputs();
      to.dq = new float[chunkTokens * keyRow];
      to.dk = new float[m * keyRow];
      to.dv = new float[m * valueRow];
      to.dBeta = new float[blocks.padded(m)];
      to.dg = new float[blocks.padded(chunkTokens)];
    }
    int length = keySize * stackRow;
    dStack = FloatHostArrays.ensure(dStack, length);
    Arrays.fill(dStack, 0, length, 0);
    List<Integer> cached = sizes.plan().cached();
    for (int i = 0; i < cached.size(); i++) {
      int at = arrays.slot(true, example, i, head) * sizes.readSize();
      load(d.out[FloatCachedArrays.state(CACHED)], at, dStack, cached.get(i));
    }
    stackT = FloatHostArrays.ensure(stackT, (long) stackRow * keyRow);
    blocks.transpose(keySize, stackRow, kept, 0, stackRow, stackT, 0, keyRow);
  }

  private void segmentBackward(
      FloatCachedArrays arrays,
      FloatCachedArrays d,
      int example,
      int head,
      int index,
      float[] kept,
      float[] dState,
      float[] dCarry) {
    SegmentPlan.Segment s = sizes.plan().segments().get(index);
    System.arraycopy(kept, startAt(index), state, 0, state.length);
    System.arraycopy(kept, startAt(index) + state.length, carry, 0, carry.length);
    tokens.open(arrays, example, head, s, carry);
    tokens.openGradients(dCarry);
    int chunks = (tokens.count() + chunkTokens - 1) / chunkTokens;
    starts = FloatHostArrays.ensure(starts, (long) chunks * state.length);
    float[] online = tokens.onlineReads(valueRow);
    for (int c = 0; c < chunks; c++) {
      int first = c * chunkTokens;
      int count = Math.min(chunkTokens, tokens.count() - first);
      System.arraycopy(state, 0, starts, c * state.length, state.length);
      runChunk(first, count);
      System.arraycopy(onlineReads, 0, online, first * valueRow, count * valueRow);
    }
    for (int c = chunks - 1; c >= 0; c--) {
      int first = c * chunkTokens;
      int count = Math.min(chunkTokens, tokens.count() - first);
      readBackward(d, s.readable(), first, count, kept, arrays.out[GATES]);
      chunkBackward(first, count, c, dState);
    }
    tokens.writeGradients(d);
    startBackward(s, dState, dCarry);
  }

  private void startBackward(SegmentPlan.Segment s, float[] dState, float[] dCarry) {
    tokens.firstCarryGradient(dCarry);
    if (isFresh(s)) {
      Arrays.fill(dState, 0);
      Arrays.fill(dCarry, 0);
    }
    for (int i = 0; i < keySize; i++) {
      int row = i * stackRow;
      if (s.merged() >= 0) {
        int merged = row + s.merged() * valueRow;
        blocks.addScaled(valueRow, 1, dStack, merged, dStack, row + s.later() * valueRow);
        if (!checkpoint) {
          blocks.addScaled(valueRow, 1, dStack, merged, dStack, row + s.earlier() * valueRow);
        }
      }
      if (s.closed() >= 0) {
        blocks.addScaled(valueRow, 1, dStack, row + s.closed() * valueRow, dState, i * valueRow);
      }
    }
  }

  /** Gradients of the gates and of the cached memories; those of the online reads and of q. */
  private void readBackward(
      FloatCachedArrays d,
      List<Integer> readable,
      int first,
      int count,
      float[] kept,
      float[] gates) {
    float[] dGates = d.out[GATES];
    tokens.readRows(d.out[O], first, count, outputs);
    int columns = sizes.plan().columns();
    float[] online = tokens.onlineReads(valueRow);
    for (int i = 0; i < count; i++) {
      int gate = tokens.place(first + i) * columns + readable.size();
      int row = i * valueRow;
      dGates[gate] += blocks.dot(valueRow, outputs, row, online, (first + i) * valueRow);
      blocks.scale(valueRow, gates[gate], outputs, row, onlineReads, row);
    }
    Arrays.fill(moreQueries, 0);
    for (int j = 0; j < readable.size(); j = runEnd(readable, j)) {
      int width = readCached(readable, j, first, count, kept);
      for (int i = 0; i < count; i++) {
        int gate = tokens.place(first + i) * columns + j;
        for (int e = 0; e < width / valueRow; e++) {
          int read = i * width + e * valueRow;
          dGates[gate + e] += blocks.dot(valueRow, outputs, i * valueRow, reads, read);
          blocks.scale(valueRow, gates[gate + e], outputs, i * valueRow, reads, read);
        }
      }
      int column = readable.get(j) * valueRow;
      blocks.multiply(
          keySize,
          width,
          count,
          tokens.q,
          first * keyRow,
          1,
          keyRow,
          reads,
          0,
          width,
          dStack,
          column,
          stackRow,
          1,
          true);
      blocks.multiply(
          count,
          keyRow,
          width,
          reads,
          0,
          width,
          1,
          stackT,
          column * keyRow,
          keyRow,
          moreQueries,
          0,
          keyRow,
          1,
          true);
    }
  }

  private void chunkBackward(int first, int count, int index, float[] dState) {
    int n = tokens.writes();
    prepareChunk(first, count);
    from.tokens = count;
    from.gated = tokens.gated();
    from.q = tokens.q;
    from.qOffset = first * keyRow;
    from.k = tokens.k;
    from.kOffset = first * n * keyRow;
    from.e = tokens.e;
    from.eOffset = first * n * valueRow;
    from.beta = tokens.strength;
    from.betaOffset = first * n;
    from.state = starts;
    from.stateOffset = index * state.length;
    from.zeroState = false;
    from.dO = onlineReads;
    from.dOOffset = 0;
    gradient.backward(from, to, dState, false, true);
    blocks.addScaled(count * keyRow, 1, to.dq, 0, moreQueries, 0);
    tokens.take(first, count, moreQueries, to);
  }
}
