package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * Backward pass of one chunk of the gated delta product for one head: the derivative of {@link
 * FloatDeltaChunk#forward} written by hand.
 *
 * <p>With de the gradient of e (equal to that of v), found by substitution with N transposed, and
 * dN = -de u', dP = do u':
 *
 * <pre>
 *   dk_i += D_ci dS u_i + sum over t of dP_ti D_ti q_t - decay_i S de_i
 *           + sum over j of (dN_ij D_ij + dN_ji D_ji) k_j
 *   dq_t  = decay_t S do_t + sum over i of dP_ti D_ti k_i
 *   dS   &lt;- decay_c dS + sum decay_t q_t do_t' - sum decay_i k_i de_i'
 * </pre>
 *
 * A log decay enters only in front of q (with +), of k where it reads (with +) and of k where it
 * writes (with -), so the gradients of the gates are inner products of those parts with q and k.
 */
public final class FloatDeltaChunkGradient {

  private static final int BLOCK = FloatDeltaChunk.BLOCK;

  private final FloatDeltaChunk chunk;
  private final FloatBlocks blocks;
  private final int n;
  private final int keySize;
  private final int valueSize;
  private final int keyRow;
  private final int valueRow;
  private final int pairRow;

  private final float[] u;
  private final float[] uT;
  private final float[] y;
  private final float[] pairs;
  private final float[] stateT;
  private final float[] gradientT;
  private final float[] columnSums;

  /** Gradient of the log decay up to each token, for the state parts of the chunk. */
  private final float[] tokenGradient;

  /**
   * @param chunk loaded with the same keys at each call
   * @param tokens most tokens of a chunk
   */
  public FloatDeltaChunkGradient(FloatDeltaChunk chunk, int tokens) {
    this.chunk = chunk;
    blocks = chunk.blocks;
    n = chunk.n;
    keySize = chunk.keySize;
    valueSize = chunk.valueSize;
    keyRow = chunk.keyRow;
    valueRow = chunk.valueRow;
    pairRow = chunk.pairRow;
    int m = tokens * n;
    u = new float[m * valueRow];
    uT = new float[valueSize * pairRow];
    y = new float[m * valueRow];
    pairs = new float[m * pairRow];
    stateT = new float[valueSize * keyRow];
    gradientT = new float[valueSize * keyRow];
    columnSums = new float[pairRow];
    tokenGradient = new float[tokens];
  }

  /** What a chunk's backward pass reads; the chunk itself must be loaded with the same keys. */
  public static final class Inputs {
    public int tokens;
    public boolean gated;
    public float[] q;
    public int qOffset;
    public float[] k;
    public int kOffset;
    public float[] e;
    public int eOffset;
    public float[] beta;
    public int betaOffset;

    /** S before the chunk, [K,V]. */
    public float[] state;

    public int stateOffset;
    public boolean zeroState;

    /** Gradient of the read, its factor included. */
    public float[] dO;

    public int dOOffset;
  }

  /** What it writes; all overwritten, rows as in the inputs. */
  public static final class Outputs {
    public float[] dq;
    public float[] dk;
    public float[] dv;
    public float[] dBeta;
    public float[] dg;
  }

  /**
   * Runs one value head backwards through the chunk.
   *
   * @param dS gradient of S after the chunk on entry, before the chunk on return
   * @param zero whether dS is zero on entry and its content is to be ignored
   * @param wanted whether dS is needed on return
   */
  public void backward(Inputs in, Outputs out, float[] dS, boolean zero, boolean wanted) {
    int m = in.tokens * n;
    writtenValues(in, out, dS, zero, m);
    boolean keepState = !in.zeroState;
    if (keepState) {
      blocks.transpose(keySize, valueSize, in.state, in.stateOffset, valueRow, stateT, 0, keyRow);
    }
    queries(in, out, keepState);
    keysThatWrite(in, out, dS, zero, m);
    if (keepState && chunk.erases) {
      keysThatRead(in, out, m);
    }
    if (chunk.erases) {
      keysAmongThemselves(in, out, m);
    }
    if (in.gated) {
      gates(out, m);
    }
    if (wanted) {
      previousState(in, out, dS, zero, m);
    }
  }

  /** dv, dbeta and u. */
  private void writtenValues(Inputs in, Outputs out, float[] dS, boolean zero, int m) {
    for (int i = 0; i < m; i += BLOCK) {
      int rows = Math.min(BLOCK, m - i);
      int token = i / n;
      blocks.multiply(
          rows,
          valueRow,
          in.tokens - token,
          chunk.attention,
          token * pairRow + i,
          1,
          pairRow,
          in.dO,
          in.dOOffset + token * valueRow,
          valueRow,
          y,
          i * valueRow,
          valueRow,
          1,
          false);
    }
    if (!zero) {
      float[] to = in.gated ? chunk.part : y;
      blocks.multiply(
          m,
          valueRow,
          keySize,
          in.k,
          in.kOffset,
          keyRow,
          1,
          dS,
          0,
          valueRow,
          to,
          0,
          valueRow,
          1,
          !in.gated);
      if (in.gated) {
        for (int i = 0; i < m; i++) {
          blocks.addScaled(valueRow, chunk.toEnd[i / n], to, i * valueRow, y, i * valueRow);
        }
      }
    }
    readValues(in, out, m);
    for (int i = 0; i < m; i++) {
      int at = i * valueRow;
      out.dBeta[i] = blocks.dot(valueRow, y, at, in.e, in.eOffset + at);
      blocks.scale(valueRow, in.beta[in.betaOffset + i], in.e, in.eOffset + at, u, at);
    }
    blocks.transpose(m, valueSize, u, 0, valueRow, uT, 0, pairRow);
  }

  /** dv of the micro-steps from y, the gradient of u; where keys erase, y becomes that of all u. */
  private void readValues(Inputs in, Outputs out, int m) {
    if (!chunk.erases) {
      for (int i = 0; i < m; i++) {
        int at = i * valueRow;
        blocks.scale(valueRow, in.beta[in.betaOffset + i], y, at, out.dv, at);
      }
      return;
    }
    int last = m - 1;
    blocks.substitute(
        m,
        valueRow,
        chunk.system,
        last * pairRow + last,
        -1,
        -pairRow,
        in.beta,
        in.betaOffset + last,
        -1,
        y,
        last * valueRow,
        -valueRow,
        out.dv,
        last * valueRow,
        -valueRow);
  }

  /** dq; leaves dP D in {@code pairs}. */
  private void queries(Inputs in, Outputs out, boolean keepState) {
    if (keepState) {
      blocks.multiply(
          in.tokens,
          keyRow,
          valueSize,
          in.dO,
          in.dOOffset,
          valueRow,
          1,
          stateT,
          0,
          keyRow,
          out.dq,
          0,
          keyRow,
          1,
          false);
      if (in.gated) {
        for (int t = 0; t < in.tokens; t++) {
          blocks.scale(keyRow, chunk.fromStart[t], out.dq, t * keyRow, out.dq, t * keyRow);
        }
      }
    }
    for (int t = 0; t < in.tokens; t += BLOCK) {
      int rows = Math.min(BLOCK, in.tokens - t);
      int columns = (t + rows) * n;
      int width = blocks.padded(columns);
      blocks.multiply(
          rows,
          width,
          valueSize,
          in.dO,
          in.dOOffset + t * valueRow,
          valueRow,
          1,
          uT,
          0,
          pairRow,
          pairs,
          t * pairRow,
          pairRow,
          1,
          false);
      if (in.gated) {
        for (int i = t; i < t + rows; i++) {
          blocks.times(width, pairs, i * pairRow, chunk.decays, i * pairRow, pairs, i * pairRow);
        }
      } else {
        chunk.hideFuture(t, rows, pairs);
      }
      blocks.multiply(
          rows,
          keyRow,
          columns,
          pairs,
          t * pairRow,
          pairRow,
          1,
          in.k,
          in.kOffset,
          keyRow,
          out.dq,
          t * keyRow,
          keyRow,
          1,
          keepState);
    }
    if (in.gated) {
      for (int t = 0; t < in.tokens; t++) {
        tokenGradient[t] = blocks.dot(keyRow, in.q, in.qOffset + t * keyRow, out.dq, t * keyRow);
      }
    }
  }

  /** dk of the keys as factors of what is written. */
  private void keysThatWrite(Inputs in, Outputs out, float[] dS, boolean zero, int m) {
    if (!zero) {
      blocks.transpose(keySize, valueSize, dS, 0, valueRow, gradientT, 0, keyRow);
      blocks.multiply(
          m, keyRow, valueSize, u, 0, valueRow, 1, gradientT, 0, keyRow, out.dk, 0, keyRow, 1,
          false);
      if (in.gated) {
        float toEnd = 0;
        for (int i = 0; i < m; i++) {
          int at = i * keyRow;
          blocks.scale(keyRow, chunk.toEnd[i / n], out.dk, at, out.dk, at);
          toEnd += blocks.dot(keyRow, in.k, in.kOffset + at, out.dk, at);
        }
        if (!in.zeroState) {
          float kept = blocks.dot(keySize * valueRow, in.state, in.stateOffset, dS, 0);
          toEnd = Math.fma(chunk.fromStart[in.tokens - 1], kept, toEnd);
        }
        tokenGradient[in.tokens - 1] += toEnd;
      }
    }
    for (int i = 0; i < m; i += BLOCK) {
      int rows = Math.min(BLOCK, m - i);
      int token = i / n;
      blocks.multiply(
          rows,
          keyRow,
          in.tokens - token,
          pairs,
          token * pairRow + i,
          1,
          pairRow,
          in.q,
          in.qOffset + token * keyRow,
          keyRow,
          out.dk,
          i * keyRow,
          keyRow,
          1,
          !zero);
    }
    if (in.gated) {
      for (int i = 0; i < m; i++) {
        tokenGradient[i / n] -=
            blocks.dot(keyRow, in.k, in.kOffset + i * keyRow, out.dk, i * keyRow);
      }
    }
  }

  /** dk of the keys as readers of the state before the chunk. */
  private void keysThatRead(Inputs in, Outputs out, int m) {
    float[] to = in.gated ? chunk.part : out.dk;
    blocks.multiply(
        m,
        keyRow,
        valueSize,
        out.dv,
        0,
        valueRow,
        1,
        stateT,
        0,
        keyRow,
        to,
        0,
        keyRow,
        in.gated ? 1 : -1,
        !in.gated);
    if (in.gated) {
      for (int i = 0; i < m; i++) {
        int at = i * keyRow;
        float decay = -chunk.fromStart[i / n];
        blocks.addScaled(keyRow, decay, to, at, out.dk, at);
        tokenGradient[i / n] += decay * blocks.dot(keyRow, in.k, in.kOffset + at, to, at);
      }
    }
  }

  /** dk through the triangular system; adds the row and column sums of dN N for the gates. */
  private void keysAmongThemselves(Inputs in, Outputs out, int m) {
    if (in.gated) {
      Arrays.fill(columnSums, 0);
    }
    for (int i = 0; i < m; i += BLOCK) {
      int rows = Math.min(BLOCK, m - i);
      int width = blocks.padded(i + rows);
      blocks.multiply(
          rows,
          width,
          valueSize,
          out.dv,
          i * valueRow,
          valueRow,
          1,
          uT,
          0,
          pairRow,
          pairs,
          i * pairRow,
          pairRow,
          -1,
          false);
      for (int r = i; r < i + rows; r++) {
        Arrays.fill(pairs, r * pairRow + r, r * pairRow + width, 0);
        if (in.gated) {
          int at = r * pairRow;
          tokenGradient[r / n] += blocks.dot(r, pairs, at, chunk.system, at);
          blocks.addTimes(r, pairs, at, chunk.system, at, columnSums, 0);
          blocks.times(width, pairs, at, chunk.decays, r / n * pairRow, pairs, at);
        }
      }
    }
    for (int i = 0; i < m; i += BLOCK) {
      int rows = Math.min(BLOCK, m - i);
      blocks.multiply(
          rows,
          keyRow,
          i + rows,
          pairs,
          i * pairRow,
          pairRow,
          1,
          in.k,
          in.kOffset,
          keyRow,
          out.dk,
          i * keyRow,
          keyRow,
          1,
          true);
      blocks.multiply(
          rows,
          keyRow,
          m - i,
          pairs,
          i * pairRow + i,
          1,
          pairRow,
          in.k,
          in.kOffset + i * keyRow,
          keyRow,
          out.dk,
          i * keyRow,
          keyRow,
          1,
          true);
    }
    if (in.gated) {
      for (int i = 0; i < m; i++) {
        tokenGradient[i / n] -= columnSums[i];
      }
    }
  }

  /** A gate acts on all tokens from its own on. */
  private void gates(Outputs out, int m) {
    float sum = 0;
    for (int t = m / n - 1; t >= 0; t--) {
      sum += tokenGradient[t];
      out.dg[t] = sum;
    }
  }

  private void previousState(Inputs in, Outputs out, float[] dS, boolean zero, int m) {
    float[] dO = in.dO;
    int dOOffset = in.dOOffset;
    float[] de = out.dv;
    float[] scaled = chunk.part;
    if (in.gated) {
      if (!zero) {
        blocks.scale(keySize * valueRow, chunk.fromStart[in.tokens - 1], dS, 0, dS, 0);
      }
      for (int t = 0; t < in.tokens; t++) {
        int at = t * valueRow;
        blocks.scale(valueRow, chunk.fromStart[t], in.dO, in.dOOffset + at, scaled, at);
      }
      dO = scaled;
      dOOffset = 0;
    }
    blocks.multiply(
        keySize,
        valueRow,
        in.tokens,
        in.q,
        in.qOffset,
        1,
        keyRow,
        dO,
        dOOffset,
        valueRow,
        dS,
        0,
        valueRow,
        1,
        !zero);
    if (!chunk.erases) {
      return;
    }
    if (in.gated) {
      for (int i = 0; i < m; i++) {
        blocks.scale(valueRow, chunk.fromStart[i / n], out.dv, i * valueRow, scaled, i * valueRow);
      }
      de = scaled;
    }
    blocks.multiply(
        keySize,
        valueRow,
        m,
        chunk.keysT,
        0,
        pairRow,
        1,
        de,
        0,
        valueRow,
        dS,
        0,
        valueRow,
        -1,
        true);
  }
}
