package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * Forward pass of one chunk of the gated delta product in its chunk-parallel (WY) form, one head.
 *
 * <p>A chunk has c tokens and m = c n micro-steps. With D_ij the decay from micro-step j to i:
 *
 * <pre>
 *   e_i = v_i - decay_i S'k_i - sum over j &lt; i of N_ij u_j,   N_ij = (k_i.k_j) D_ij,   u_i = beta_i e_i
 *   o_t = decay_t S'q_t + sum over i up to token t of P_ti u_i,              P_ti = (q_t.k_i) D_ti
 *   S  &lt;- decay_c S + sum over i of D_ci k_i u_i'
 * </pre>
 *
 * No exponential of a sum of log gates is taken: every decay is a product of factors exp(g), so
 * none overflows, however strong the gate, and the triangular system is solved by substitution.
 *
 * <p>Matrices are row-major with rows padded to whole vectors; the padding of q, k and v is zero.
 * The caller applies the factor on the read. Without erasure N is zero, so e = v: linear attention
 * with n keys and values for each token. Holds scratch for one thread.
 */
public final class FloatDeltaChunk {

  /** Rows that a triangular product is cut into. */
  static final int BLOCK = 8;

  final FloatBlocks blocks;
  final int keySize;
  final int valueSize;
  final int n;
  final int keyRow;
  final int valueRow;

  /** Distance of two rows of the m x m and c x m matrices. */
  final int pairRow;

  /** Keys as columns, [K,m]. */
  final float[] keysT;

  /** N, of which the part below the diagonal is used. */
  final float[] system;

  /** P; zero where a micro-step comes after the token, inside the blocks that are read. */
  final float[] attention;

  /** D_ti, zero where micro-step i comes after token t; only with gates. */
  final float[] decays;

  /** Decay from the start of the chunk to each token. */
  final float[] fromStart;

  /** Decay from each token to the end of the chunk. */
  final float[] toEnd;

  /** One matrix of rows of keys or values. */
  final float[] part;

  /** Whether a key erases what it would read. */
  final boolean erases;

  private final float[] keyPairs;
  private final float[] queryPairs;
  private final float[] u;

  FloatDeltaChunk(
      FloatBlocks blocks, int keySize, int valueSize, int householders, int tokens, boolean gated) {
    this(blocks, keySize, valueSize, householders, tokens, gated, true);
  }

  /**
   * @param tokens most tokens of a chunk
   * @param erases whether a key erases what it would read
   */
  public FloatDeltaChunk(
      FloatBlocks blocks,
      int keySize,
      int valueSize,
      int householders,
      int tokens,
      boolean gated,
      boolean erases) {
    this.blocks = blocks;
    this.erases = erases;
    this.keySize = keySize;
    this.valueSize = valueSize;
    n = householders;
    keyRow = blocks.padded(keySize);
    valueRow = blocks.padded(valueSize);
    int m = tokens * n;
    pairRow = blocks.padded(m);
    keysT = new float[keySize * pairRow];
    keyPairs = new float[m * pairRow];
    queryPairs = new float[tokens * pairRow];
    system = gated ? new float[m * pairRow] : keyPairs;
    attention = gated ? new float[tokens * pairRow] : queryPairs;
    decays = gated ? new float[tokens * pairRow] : new float[0];
    fromStart = new float[tokens];
    toEnd = new float[tokens];
    part = new float[m * Math.max(keyRow, valueRow)];
    u = new float[m * valueRow];
  }

  /** Prepares the products of keys and queries, which the value heads of a group share. */
  public void load(int tokens, float[] q, int qOffset, float[] k, int kOffset) {
    int m = tokens * n;
    blocks.transpose(m, keySize, k, kOffset, keyRow, keysT, 0, pairRow);
    for (int i = 0; i < m; i += BLOCK) {
      int rows = Math.min(BLOCK, m - i);
      blocks.multiply(
          rows,
          blocks.padded(i + rows),
          keySize,
          k,
          kOffset + i * keyRow,
          keyRow,
          1,
          keysT,
          0,
          pairRow,
          keyPairs,
          i * pairRow,
          pairRow,
          1,
          false);
    }
    for (int t = 0; t < tokens; t += BLOCK) {
      int rows = Math.min(BLOCK, tokens - t);
      int columns = (t + rows) * n;
      blocks.multiply(
          rows,
          blocks.padded(columns),
          keySize,
          q,
          qOffset + t * keyRow,
          keyRow,
          1,
          keysT,
          0,
          pairRow,
          queryPairs,
          t * pairRow,
          pairRow,
          1,
          false);
      hideFuture(t, rows, queryPairs);
    }
  }

  /** Zeroes what comes after each token in a block of rows of a c x m matrix. */
  void hideFuture(int token, int rows, float[] pairs) {
    int columns = (token + rows) * n;
    for (int t = token; t < token + rows; t++) {
      Arrays.fill(pairs, t * pairRow + (t + 1) * n, t * pairRow + columns, 0);
    }
  }

  /**
   * Prepares N and P of one value head; not needed without gates.
   *
   * @param decay exp(g) of each token
   */
  public void decay(int tokens, float[] decay, int offset) {
    float product = 1;
    for (int t = 0; t < tokens; t++) {
      product *= decay[offset + t];
      fromStart[t] = product;
    }
    product = 1;
    for (int t = tokens - 1; t >= 0; t--) {
      toEnd[t] = product;
      product *= decay[offset + t];
    }
    int width = blocks.padded(tokens * n);
    for (int t = 0; t < tokens; t++) {
      int at = t * pairRow;
      int past = t * n;
      if (t > 0) {
        blocks.scale(blocks.padded(past), decay[offset + t], decays, at - pairRow, decays, at);
      }
      Arrays.fill(decays, at + past, at + past + n, 1);
      Arrays.fill(decays, at + past + n, at + width, 0);
      int columns = Math.min(width, blocks.padded((t / BLOCK * BLOCK + BLOCK) * n));
      blocks.times(columns, queryPairs, at, decays, at, attention, at);
      for (int i = past; i < past + n && erases; i++) {
        int row = i * pairRow;
        blocks.times(blocks.padded(i + 1), keyPairs, row, decays, at, system, row);
      }
    }
  }

  /**
   * Runs one value head through the chunk. {@link #load} and, with gates, {@link #decay} go first.
   *
   * @param e holds v on entry and e on return
   * @param state S [K,V], updated
   * @param zero whether the state is zero and its content is to be ignored
   * @param o read without its factor, overwritten
   */
  public void forward(
      int tokens,
      boolean gated,
      float[] q,
      int qOffset,
      float[] k,
      int kOffset,
      float[] e,
      int eOffset,
      float[] beta,
      int betaOffset,
      float[] state,
      boolean zero,
      float[] o,
      int oOffset) {
    int m = tokens * n;
    if (!zero && erases) {
      addRead(m, n, gated, -1, k, kOffset, state, e, eOffset);
    }
    written(m, beta, betaOffset, e, eOffset);
    for (int t = 0; t < tokens; t += BLOCK) {
      int rows = Math.min(BLOCK, tokens - t);
      blocks.multiply(
          rows,
          valueRow,
          (t + rows) * n,
          attention,
          t * pairRow,
          pairRow,
          1,
          u,
          0,
          valueRow,
          o,
          oOffset + t * valueRow,
          valueRow,
          1,
          false);
    }
    if (!zero) {
      addRead(tokens, 1, gated, 1, q, qOffset, state, o, oOffset);
    }
    if (gated) {
      if (!zero) {
        blocks.scale(keySize * valueRow, fromStart[tokens - 1], state, 0, state, 0);
      }
      for (int i = 0; i < m; i++) {
        blocks.scale(valueRow, toEnd[i / n], u, i * valueRow, u, i * valueRow);
      }
    }
    blocks.multiply(
        keySize, valueRow, m, keysT, 0, pairRow, 1, u, 0, valueRow, state, 0, valueRow, 1, !zero);
  }

  /** u of each micro-step, and e where keys erase. */
  private void written(int m, float[] beta, int betaOffset, float[] e, int eOffset) {
    if (!erases) {
      for (int i = 0; i < m; i++) {
        int at = i * valueRow;
        blocks.scale(valueRow, beta[betaOffset + i], e, eOffset + at, u, at);
      }
      return;
    }
    blocks.substitute(
        m,
        valueRow,
        system,
        0,
        pairRow,
        1,
        beta,
        betaOffset,
        1,
        e,
        eOffset,
        valueRow,
        u,
        0,
        valueRow);
  }

  /** to += alpha decay (x S) for rows x of keys (n to a token) or queries (one to a token). */
  private void addRead(
      int rows,
      int rowsPerToken,
      boolean gated,
      float alpha,
      float[] x,
      int xOffset,
      float[] state,
      float[] to,
      int toOffset) {
    blocks.multiply(
        rows,
        valueRow,
        keySize,
        x,
        xOffset,
        keyRow,
        1,
        state,
        0,
        valueRow,
        gated ? part : to,
        gated ? 0 : toOffset,
        valueRow,
        gated ? 1 : alpha,
        !gated);
    if (gated) {
      for (int i = 0; i < rows; i++) {
        float factor = alpha * fromStart[i / rowsPerToken];
        blocks.addScaled(valueRow, factor, part, i * valueRow, to, toOffset + i * valueRow);
      }
    }
  }
}
