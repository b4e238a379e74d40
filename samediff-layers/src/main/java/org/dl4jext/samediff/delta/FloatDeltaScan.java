package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * The gated delta product over whole sequences, chunk by chunk, parallel over examples and key
 * heads.
 *
 * <p>A kept forward pass saves what the backward pass needs: q, k, e and beta of each step and one
 * state for each chunk. The arrays are reused by later passes and only ever grow. One instance is
 * used by one thread at a time; results do not depend on the number of threads.
 */
final class FloatDeltaScan {

  private static final long SERIAL_WORK = 1 << 18;

  private final FloatBlocks blocks;
  private final int heads;
  private final int group;
  private final int keySize;
  private final int valueSize;
  private final int n;
  private final boolean gated;
  private final int chunkTokens;
  private final int keyRow;
  private final int valueRow;
  private final int threads;
  private final Worker[] workers;

  /** First row of each example in the saved arrays, and the number of rows as the last element. */
  private int[] starts = new int[0];

  private int[] chunkStarts = new int[0];
  private int examples;
  private boolean zeroStates;
  private boolean kept;

  private float[] queries;
  private float[] keys;
  private float[] norms;
  private float[] errors;
  private float[] betas;
  private float[] decays;
  private float[] states;

  FloatDeltaScan(
      FloatBlocks blocks,
      int heads,
      int valueHeads,
      int keySize,
      int valueSize,
      int householders,
      boolean gated,
      int chunkTokens) {
    this.blocks = blocks;
    this.heads = heads;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.gated = gated;
    group = valueHeads / heads;
    n = householders;
    this.chunkTokens =
        chunkTokens > 0 ? chunkTokens : DeltaHost.chunkTokens(keySize, valueSize, householders);
    keyRow = blocks.padded(keySize);
    valueRow = blocks.padded(valueSize);
    threads = HostThreads.configured();
    workers = new Worker[threads];
  }

  int keyRow() {
    return keyRow;
  }

  int valueRow() {
    return valueRow;
  }

  int chunkTokens() {
    return chunkTokens;
  }

  int threads() {
    return threads;
  }

  /** Bytes that a kept pass holds between forward and backward. */
  long savedBytes() {
    long elements = 0;
    for (float[] array : new float[][] {queries, keys, norms, errors, betas, decays}) {
      elements += array == null ? 0 : array.length;
    }
    return elements * FloatMath.BYTES + savedStateBytes();
  }

  /** Bytes of the states among them. */
  long savedStateBytes() {
    return states == null ? 0 : (long) states.length * FloatMath.BYTES;
  }

  /**
   * Runs all sequences.
   *
   * @param lengths tokens of each example
   * @param initial S0 [examples,HV,K,V], or null for zeros
   * @param last final states in the same order, or null
   * @param keep whether {@link #backward} will follow
   */
  void forward(
      FloatDeltaPort port, int[] lengths, int count, float[] initial, float[] last, boolean keep) {
    layOut(lengths, count, keep);
    zeroStates = initial == null;
    kept = keep;
    HostThreads.run(
        count * heads,
        workersFor(count),
        (task, id) -> worker(id).forward(port, task, id, initial, last));
  }

  /**
   * Runs all sequences backwards.
   *
   * @param lastGradient gradient of the final states, or null for zeros
   * @param initialGradient gradient of S0, or null where it is not wanted
   */
  void backward(FloatDeltaPort port, float[] lastGradient, float[] initialGradient) {
    if (!kept) {
      throw new IllegalStateException("delta rule: backward without a kept forward pass");
    }
    HostThreads.run(
        examples * heads,
        workersFor(examples),
        (task, id) -> worker(id).backward(port, task, id, lastGradient, initialGradient));
  }

  private int workersFor(int count) {
    long work = (long) starts[count] * n * heads * group * keySize * valueSize;
    return work < SERIAL_WORK ? 1 : Math.min(threads, count * heads);
  }

  private Worker worker(int id) {
    if (workers[id] == null) {
      workers[id] = new Worker();
    }
    return workers[id];
  }

  private void layOut(int[] lengths, int count, boolean keep) {
    if (starts.length <= count) {
      starts = new int[count + 1];
      chunkStarts = new int[count + 1];
    }
    examples = count;
    starts[0] = 0;
    chunkStarts[0] = 0;
    for (int i = 0; i < count; i++) {
      starts[i + 1] = starts[i] + lengths[i];
      chunkStarts[i + 1] = chunkStarts[i] + (lengths[i] + chunkTokens - 1) / chunkTokens;
    }
    if (keep) {
      long rows = starts[count];
      int valueHeads = heads * group;
      queries = FloatHostArrays.ensure(queries, rows * heads * keyRow);
      keys = FloatHostArrays.ensure(keys, rows * n * heads * keyRow);
      norms = FloatHostArrays.ensure(norms, rows * (n + 1) * heads);
      errors = FloatHostArrays.ensure(errors, rows * n * valueHeads * valueRow);
      betas = FloatHostArrays.ensure(betas, rows * n * valueHeads);
      decays = FloatHostArrays.ensure(decays, gated ? rows * valueHeads : 0);
      states =
          FloatHostArrays.ensure(
              states, (long) chunkStarts[count] * valueHeads * keySize * valueRow);
    }
  }

  /** Buffers of one thread, and the loops over the chunks of one example and key head. */
  private final class Worker {
    private final FloatDeltaPort.Part part = new FloatDeltaPort.Part();
    private final FloatDeltaChunk chunk =
        new FloatDeltaChunk(blocks, keySize, valueSize, n, chunkTokens, gated);
    private final float[][] state = new float[group][keySize * valueRow];
    private final float[] reads = new float[chunkTokens * valueRow];
    private final float[] q = new float[chunkTokens * keyRow];
    private final float[] k = new float[chunkTokens * n * keyRow];
    private final float[] norm = new float[chunkTokens * (n + 1)];
    private final float[] e = new float[chunkTokens * n * valueRow];
    private final float[] beta = new float[blocks.padded(chunkTokens * n)];
    private final float[] decay = new float[blocks.padded(chunkTokens)];

    private FloatDeltaChunkGradient gradient;
    private FloatDeltaChunkGradient.Inputs in;
    private FloatDeltaChunkGradient.Outputs out;
    private float[] dq;
    private float[] dk;

    private int example;
    private int head;
    private int length;

    private void at(int task, int id) {
      example = task / heads;
      head = task % heads;
      length = starts[example + 1] - starts[example];
      part.worker = id;
      part.example = example;
    }

    private void select(int whichHead, int token) {
      part.head = whichHead;
      part.token = token;
      part.tokens = Math.min(chunkTokens, length - token);
    }

    /** First row (token) of this example, of one of {@code count} heads, at a token. */
    private int row(int count, int whichHead, int token) {
      return starts[example] * count + whichHead * length + token;
    }

    private int stateOffset(int valueHead, int token) {
      int chunks = chunkStarts[example + 1] - chunkStarts[example];
      int index = chunkStarts[example] * heads * group + valueHead * chunks + token / chunkTokens;
      return index * keySize * valueRow;
    }

    void forward(FloatDeltaPort port, int task, int id, float[] initial, float[] last) {
      at(task, id);
      for (int j = 0; j < group; j++) {
        unpack(initial, head * group + j, state[j]);
      }
      for (int token = 0; token < length; token += chunkTokens) {
        select(head, token);
        float[] qs = kept ? queries : q;
        float[] ks = kept ? keys : k;
        int qo = kept ? row(heads, head, token) * keyRow : 0;
        int ko = qo * n;
        int no = kept ? row(heads, head, token) * (n + 1) : 0;
        port.loadKeys(part, qs, qo, ks, ko, kept ? norms : norm, no);
        chunk.load(part.tokens, qs, qo, ks, ko);
        for (int j = 0; j < group; j++) {
          select(head * group + j, token);
          value(port, state[j], qs, qo, ks, ko, zeroStates && token == 0);
        }
      }
      for (int j = 0; j < group && last != null; j++) {
        pack(state[j], head * group + j, last);
      }
    }

    private void value(
        FloatDeltaPort port, float[] s, float[] qs, int qo, float[] ks, int ko, boolean zero) {
      int at = kept ? row(heads * group, part.head, part.token) : 0;
      float[] es = kept ? errors : e;
      float[] bs = kept ? betas : beta;
      float[] as = kept ? decays : decay;
      int eo = at * n * valueRow;
      port.loadValues(part, es, eo, bs, at * n, as, at);
      if (gated) {
        chunk.decay(part.tokens, as, at);
      }
      if (kept) {
        System.arraycopy(s, 0, states, stateOffset(part.head, part.token), s.length);
      }
      chunk.forward(part.tokens, gated, qs, qo, ks, ko, es, eo, bs, at * n, s, zero, reads, 0);
      port.storeReads(part, reads, 0);
    }

    void backward(
        FloatDeltaPort port, int task, int id, float[] lastGradient, float[] initialGradient) {
      at(task, id);
      prepareGradients();
      for (int j = 0; j < group; j++) {
        unpack(lastGradient, head * group + j, state[j]);
      }
      int lastChunk = (length - 1) / chunkTokens * chunkTokens;
      for (int token = lastChunk; token >= 0 && length > 0; token -= chunkTokens) {
        select(head, token);
        int at = row(heads, head, token);
        in.tokens = part.tokens;
        in.qOffset = at * keyRow;
        in.kOffset = at * n * keyRow;
        chunk.load(part.tokens, queries, in.qOffset, keys, in.kOffset);
        boolean zero = lastGradient == null && token == lastChunk;
        boolean wanted = token > 0 || initialGradient != null;
        for (int j = 0; j < group; j++) {
          select(head * group + j, token);
          valueGradient(port, state[j], j > 0, zero, wanted);
        }
        select(head, token);
        port.storeKeyGradients(
            part, queries, in.qOffset, dq, keys, in.kOffset, dk, norms, at * (n + 1));
      }
      for (int j = 0; j < group && initialGradient != null; j++) {
        pack(state[j], head * group + j, initialGradient);
      }
    }

    private void valueGradient(
        FloatDeltaPort port, float[] dS, boolean add, boolean zero, boolean wanted) {
      int at = row(heads * group, part.head, part.token);
      in.eOffset = at * n * valueRow;
      in.betaOffset = at * n;
      in.stateOffset = stateOffset(part.head, part.token);
      in.zeroState = zeroStates && part.token == 0;
      if (gated) {
        chunk.decay(part.tokens, decays, at);
      }
      port.loadReadGradients(part, in.dO);
      gradient.backward(in, out, dS, zero, wanted);
      port.storeValueGradients(part, out.dv, betas, at * n, out.dBeta, out.dg);
      int rows = part.tokens;
      if (add) {
        blocks.addScaled(rows * keyRow, 1, out.dq, 0, dq, 0);
        blocks.addScaled(rows * n * keyRow, 1, out.dk, 0, dk, 0);
      } else if (group > 1) {
        System.arraycopy(out.dq, 0, dq, 0, rows * keyRow);
        System.arraycopy(out.dk, 0, dk, 0, rows * n * keyRow);
      }
    }

    private void prepareGradients() {
      if (gradient == null) {
        int m = chunkTokens * n;
        gradient = new FloatDeltaChunkGradient(chunk, chunkTokens);
        in = new FloatDeltaChunkGradient.Inputs();
        in.dO = reads;
        out = new FloatDeltaChunkGradient.Outputs();
        out.dq = new float[chunkTokens * keyRow];
        out.dk = new float[m * keyRow];
        out.dv = new float[m * valueRow];
        out.dBeta = new float[blocks.padded(m)];
        out.dg = new float[blocks.padded(chunkTokens)];
        dq = group > 1 ? new float[chunkTokens * keyRow] : out.dq;
        dk = group > 1 ? new float[m * keyRow] : out.dk;
      }
      in.gated = gated;
      in.q = queries;
      in.k = keys;
      in.e = errors;
      in.beta = betas;
      in.state = states;
    }

    private void unpack(float[] from, int valueHead, float[] s) {
      if (from == null) {
        Arrays.fill(s, 0);
        return;
      }
      int at = (example * heads * group + valueHead) * keySize * valueSize;
      for (int i = 0; i < keySize; i++) {
        System.arraycopy(from, at + i * valueSize, s, i * valueRow, valueSize);
      }
    }

    private void pack(float[] s, int valueHead, float[] to) {
      int at = (example * heads * group + valueHead) * keySize * valueSize;
      for (int i = 0; i < keySize; i++) {
        System.arraycopy(s, i * valueRow, to, at + i * valueSize, valueSize);
      }
    }
  }
}
