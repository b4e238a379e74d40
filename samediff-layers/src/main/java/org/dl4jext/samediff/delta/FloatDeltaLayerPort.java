package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Connects {@link FloatDeltaScan} to the projection of a delta layer: convolution, activation,
 * normalisation, beta and decay on the way in, output norm and gate on the way out.
 *
 * <p>All of it happens chunk by chunk, next to the recurrence, while the numbers are in the cache.
 */
final class FloatDeltaLayerPort implements FloatDeltaPort {

  private final DeltaLayout layout;
  private final DeltaSpec spec;
  private final FloatBlocks blocks;
  private final FloatDeltaLayerBuffers buffers;
  private final FloatDeltaChannels channels;
  private final FloatKeyNorm norm;
  private final int chunkTokens;
  private final Worker[] workers;

  private final int n;
  private final int width;
  private final int keyRow;
  private final int valueRow;
  private final int columns;
  private final int group;
  private final float readScale;
  private final float betaScale;

  private boolean keep;

  FloatDeltaLayerPort(
      DeltaLayout layout,
      FloatBlocks blocks,
      FloatDeltaLayerBuffers buffers,
      FloatDeltaChannels channels,
      int chunkTokens,
      int threads) {
    this.layout = layout;
    this.blocks = blocks;
    this.buffers = buffers;
    this.channels = channels;
    this.chunkTokens = chunkTokens;
    spec = layout.spec();
    norm = new FloatKeyNorm(blocks, spec.queryKeyNorm(), spec.queryKeyNormEps(), spec.keySize());
    workers = new Worker[threads];
    n = spec.householders();
    width = spec.convolutionWidth();
    keyRow = blocks.padded(spec.keySize());
    valueRow = blocks.padded(spec.valueSize());
    columns = layout.columns();
    group = spec.valueHeads() / spec.heads();
    readScale = FloatMath.of(spec.readScale());
    betaScale = FloatMath.of(spec.betaScale());
  }

  void setKeep(boolean keep) {
    this.keep = keep;
  }

  private Worker worker(Part part) {
    if (workers[part.worker] == null) {
      workers[part.worker] = new Worker();
    }
    return workers[part.worker];
  }

  /** First row of a part in the packed matrices. */
  private int row(Part part) {
    return buffers.rows.start(part.example) + part.token;
  }

  private int readAt(Part part) {
    int length = buffers.rows.length(part.example);
    int start = buffers.rows.start(part.example) * spec.valueHeads();
    return (start + part.head * length + part.token) * valueRow;
  }

  @Override
  public void loadKeys(
      Part part, float[] q, int qOffset, float[] k, int kOffset, float[] norms, int normOffset) {
    Worker w = worker(part);
    w.loadKeySegment(part, FloatDeltaChannels.query(part.head), q, qOffset, keyRow);
    for (int j = 0; j < n; j++) {
      w.loadKeySegment(part, channels.key(part.head, j), k, kOffset + j * keyRow, n * keyRow);
    }
    for (int t = 0; t < part.tokens; t++) {
      norms[normOffset + t] = norm.apply(q, qOffset + t * keyRow);
    }
    for (int i = 0; i < part.tokens * n; i++) {
      norms[normOffset + part.tokens + i] = norm.apply(k, kOffset + i * keyRow);
    }
  }

  @Override
  public void loadValues(
      Part part,
      float[] v,
      int vOffset,
      float[] beta,
      int betaOffset,
      float[] decay,
      int decayOffset) {
    Worker w = worker(part);
    for (int j = 0; j < n; j++) {
      w.loadValueSegment(
          part, channels.value(part.head, j), v, vOffset + j * valueRow, n * valueRow);
    }
    int rows = part.tokens * n;
    if (spec.learnedBeta()) {
      int from = row(part) * columns + layout.betaColumn() + part.head;
      for (int t = 0, i = betaOffset; t < part.tokens; t++) {
        for (int j = 0; j < n; j++, i++) {
          beta[i] = buffers.p[from + t * columns + j * spec.valueHeads()];
        }
      }
      blocks.sigmoid(rows, beta, betaOffset, beta, betaOffset);
      blocks.scale(rows, betaScale, beta, betaOffset, beta, betaOffset);
    } else {
      Arrays.fill(beta, betaOffset, betaOffset + rows, betaScale);
    }
    if (spec.forgetGate()) {
      w.logDecays(part);
      blocks.exp(part.tokens, w.g, 0, decay, decayOffset);
    }
  }

  @Override
  public void storeReads(Part part, float[] o, int oOffset) {
    Worker w = worker(part);
    int all = part.tokens * valueRow;
    blocks.scale(all, readScale, o, oOffset, o, oOffset);
    if (keep) {
      System.arraycopy(o, oOffset, buffers.reads, readAt(part), all);
    }
    w.loadGate(part);
    w.readout.forward(part.tokens, o, oOffset, buffers.gain, w.gate);
    int size = spec.valueSize();
    int to = row(part) * layout.readSize() + part.head * size;
    for (int t = 0; t < part.tokens; t++) {
      System.arraycopy(o, oOffset + t * valueRow, buffers.o, to + t * layout.readSize(), size);
    }
  }

  @Override
  public void loadReadGradients(Part part, float[] dO) {
    Worker w = worker(part);
    int size = spec.valueSize();
    int from = row(part) * layout.readSize() + part.head * size;
    for (int t = 0; t < part.tokens; t++) {
      System.arraycopy(buffers.dO, from + t * layout.readSize(), dO, t * valueRow, size);
    }
    w.loadGate(part);
    int gainAt = (part.example * spec.valueHeads() + part.head) * valueRow;
    w.readout.backward(
        part.tokens, buffers.reads, readAt(part), buffers.gain, w.gate, dO, buffers.dGain, gainAt);
    if (spec.outputGate()) {
      int to = row(part) * columns + layout.gateColumn() + part.head * size;
      for (int t = 0; t < part.tokens; t++) {
        System.arraycopy(w.gate, t * valueRow, buffers.dp, to + t * columns, size);
      }
    }
    blocks.scale(part.tokens * valueRow, readScale, dO, 0, dO, 0);
  }

  @Override
  public void storeValueGradients(
      Part part, float[] dv, float[] beta, int betaOffset, float[] dBeta, float[] dg) {
    Worker w = worker(part);
    for (int j = 0; j < n; j++) {
      w.storeValueSegment(part, j, dv, j * valueRow, n * valueRow);
    }
    int at = row(part) * columns;
    if (spec.learnedBeta()) {
      int to = at + layout.betaColumn() + part.head;
      for (int t = 0, i = 0; t < part.tokens; t++) {
        for (int j = 0; j < n; j++, i++) {
          float b = beta[betaOffset + i];
          buffers.dp[to + t * columns + j * spec.valueHeads()] = dBeta[i] * b * (1 - b / betaScale);
        }
      }
    }
    if (spec.forgetGate()) {
      w.storeDecayGradients(part, dg);
    }
  }

  @Override
  public void storeKeyGradients(
      Part part,
      float[] q,
      int qOffset,
      float[] dq,
      float[] k,
      int kOffset,
      float[] dk,
      float[] norms,
      int normOffset) {
    Worker w = worker(part);
    for (int t = 0; t < part.tokens; t++) {
      int at = t * keyRow;
      norm.gradient(q, qOffset + at, norms[normOffset + t], dq, at);
    }
    w.storeKeySegment(part, 0, FloatDeltaChannels.query(part.head), dq, 0, keyRow);
    for (int i = 0; i < part.tokens * n; i++) {
      int at = i * keyRow;
      norm.gradient(k, kOffset + at, norms[normOffset + part.tokens + i], dk, at);
    }
    for (int j = 0; j < n; j++) {
      w.storeKeySegment(part, 1 + j, channels.key(part.head, j), dk, j * keyRow, n * keyRow);
    }
  }

  /** Scratch of one thread. */
  private final class Worker {
    private final int before = Math.max(0, width - 1);
    private final int widest = Math.max(keyRow, valueRow);
    private final FloatShortConvolution keyConvolution =
        new FloatShortConvolution(blocks, width, keyRow);
    private final FloatShortConvolution valueConvolution =
        new FloatShortConvolution(blocks, width, valueRow);
    private final FloatDeltaReadout readout = new FloatDeltaReadout(blocks, spec, chunkTokens);
    private final float[] keyRows = new float[(before + chunkTokens) * keyRow];
    private final float[] valueRows = new float[(before + chunkTokens) * valueRow];
    private final float[] convolved = new float[chunkTokens * widest];
    private final float[] dConvolved = new float[(before + chunkTokens) * widest];
    private final float[] dRows = new float[(before + chunkTokens) * widest];
    private final float[] gate = new float[spec.outputGate() ? chunkTokens * valueRow : 0];
    private final float[] g = new float[blocks.padded(chunkTokens)];

    /** First W-1 rows of each segment's dConvolved in the chunk that comes later in time. */
    private final float[] keyCarry = new float[(1 + n) * before * keyRow];

    private final float[] valueCarry = new float[group * n * before * valueRow];

    void loadKeySegment(Part part, int segment, float[] to, int toOffset, int toStep) {
      int column = channels.keyColumn(segment);
      gather(part, column, spec.keySize(), keyRow, keyRows);
      int at = channels.keyOffset(segment);
      keyConvolution.convolve(
          part.tokens, keyRows, channels.taps, at * width, channels.bias, at, to, toOffset, toStep);
      keyConvolution.activate(
          spec.queryKeyActivation(), part.tokens, spec.keySize(), to, toOffset, toStep);
    }

    void loadValueSegment(Part part, int segment, float[] to, int toOffset, int toStep) {
      int column = channels.valueColumn(segment);
      gather(part, column, spec.valueSize(), valueRow, valueRows);
      int at = channels.valueOffset(segment);
      valueConvolution.convolve(
          part.tokens,
          valueRows,
          channels.taps,
          at * width,
          channels.bias,
          at,
          to,
          toOffset,
          toStep);
      valueConvolution.activate(
          spec.valueActivation(), part.tokens, spec.valueSize(), to, toOffset, toStep);
    }

    /** Copies W-1 rows before the part and its own rows of some channels of the projection. */
    private void gather(Part part, int column, int size, int step, float[] to) {
      int first = row(part);
      for (int i = -before; i < part.tokens; i++) {
        int at = (before + i) * step;
        if (part.token + i >= 0) {
          System.arraycopy(buffers.p, (first + i) * columns + column, to, at, size);
        } else if (buffers.history == null) {
          Arrays.fill(to, at, at + size, 0);
        } else {
          System.arraycopy(buffers.history, historyAt(part, part.token + i) + column, to, at, size);
        }
      }
    }

    private int historyAt(Part part, int token) {
      return (part.example * before + before + token) * layout.channels();
    }

    void storeKeySegment(Part part, int which, int segment, float[] d, int dOffset, int dStep) {
      int column = channels.keyColumn(segment);
      gather(part, column, spec.keySize(), keyRow, keyRows);
      storeSegment(
          part,
          keyConvolution,
          spec.queryKeyActivation(),
          spec.keySize(),
          keyRow,
          keyRows,
          channels.keyOffset(segment),
          column,
          keyCarry,
          which * before * keyRow,
          d,
          dOffset,
          dStep);
    }

    void storeValueSegment(Part part, int microStep, float[] d, int dOffset, int dStep) {
      int segment = channels.value(part.head, microStep);
      int column = channels.valueColumn(segment);
      gather(part, column, spec.valueSize(), valueRow, valueRows);
      int which = part.head % group * n + microStep;
      storeSegment(
          part,
          valueConvolution,
          spec.valueActivation(),
          spec.valueSize(),
          valueRow,
          valueRows,
          channels.valueOffset(segment),
          column,
          valueCarry,
          which * before * valueRow,
          d,
          dOffset,
          dStep);
    }

    private void storeSegment(
        Part part,
        FloatShortConvolution convolution,
        Activation activation,
        int size,
        int step,
        float[] x,
        int at,
        int column,
        float[] carry,
        int carryOffset,
        float[] d,
        int dOffset,
        int dStep) {
      int tokens = part.tokens;
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(d, dOffset + t * dStep, dConvolved, t * step, step);
      }
      convolution.convolve(
          tokens, x, channels.taps, at * width, channels.bias, at, convolved, 0, step);
      convolution.slope(activation, tokens, size, convolved, dConvolved);
      if (part.token + tokens == buffers.rows.length(part.example)) {
        Arrays.fill(carry, carryOffset, carryOffset + before * step, 0);
      }
      System.arraycopy(carry, carryOffset, dConvolved, tokens * step, before * step);
      System.arraycopy(dConvolved, 0, carry, carryOffset, before * step);
      int extra = part.token == 0 ? before : 0;
      convolution.gradient(
          tokens,
          dConvolved,
          x,
          channels.taps,
          at * width,
          extra > 0,
          dRows,
          width == 0 ? null : channels.dTaps[part.example],
          channels.bias == null ? null : channels.dBias[part.example],
          at);
      for (int i = -extra; i < 0; i++) {
        int to = historyAt(part, i) + column;
        System.arraycopy(dRows, (extra + i) * step, buffers.dHistory, to, size);
      }
      int to = row(part) * columns + column;
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(dRows, (extra + t) * step, buffers.dp, to + t * columns, size);
      }
    }

    void loadGate(Part part) {
      if (spec.outputGate()) {
        int size = spec.valueSize();
        int from = row(part) * columns + layout.gateColumn() + part.head * size;
        for (int t = 0; t < part.tokens; t++) {
          System.arraycopy(buffers.p, from + t * columns, gate, t * valueRow, size);
        }
      }
    }

    /** g of each token, and in {@code dConvolved} its pre-activation. */
    void logDecays(Part part) {
      int from = row(part) * columns + layout.forgetColumn() + part.head;
      float offset = buffers.decayBias[part.head];
      for (int t = 0; t < part.tokens; t++) {
        dConvolved[t] = buffers.p[from + t * columns] + offset;
      }
      blocks.softplus(part.tokens, dConvolved, 0, g, 0);
      float rate = -FloatMath.exp(buffers.decayRate[part.head]);
      blocks.scale(part.tokens, rate, g, 0, g, 0);
    }

    void storeDecayGradients(Part part, float[] dg) {
      logDecays(part);
      int to = row(part) * columns + layout.forgetColumn() + part.head;
      float rate = -FloatMath.exp(buffers.decayRate[part.head]);
      blocks.sigmoid(part.tokens, dConvolved, 0, dConvolved, 0);
      float dRate = 0;
      float dBias = 0;
      for (int t = 0; t < part.tokens; t++) {
        dRate += dg[t] * g[t];
        float d = dg[t] * rate * dConvolved[t];
        buffers.dp[to + t * columns] = d;
        dBias += d;
      }
      int at = part.example * spec.valueHeads() + part.head;
      buffers.dDecayRate[at] += dRate;
      buffers.dDecayBias[at] += dBias;
    }
  }
}
