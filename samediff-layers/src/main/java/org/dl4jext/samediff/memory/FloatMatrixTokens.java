package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.K;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.Q;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.SCALARS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.V;

import java.util.Arrays;
import org.dl4jext.samediff.delta.DeltaHost;
import org.dl4jext.samediff.delta.FloatDeltaChunkGradient;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * The valid tokens of one segment and head as padded rows for the delta family's chunks: what each
 * token writes (once, for SWLA twice: what the token before wrote, then its own), and its query.
 */
final class FloatMatrixTokens {

  private final FloatBlocks blocks;
  private final int n;
  private final boolean gated;
  private final BaseMemory kind;
  private final int keySize;
  private final int valueSize;
  private final int keyRow;
  private final int valueRow;
  private float scale;

  float[] q = new float[0];
  float[] k = new float[0];

  /** Values, and after the chunk's forward pass what they differ by from what was there. */
  float[] e = new float[0];

  float[] strength = new float[0];
  float[] decay = new float[0];

  private float[] dq = new float[0];
  private float[] dk = new float[0];
  private float[] dv = new float[0];
  private float[] dStrength = new float[0];
  private float[] dDecay = new float[0];
  private float[] online = new float[0];
  private float[] firstCarry;
  private int[] places = new int[0];
  private int count;

  FloatMatrixTokens(FloatBlocks blocks, CachedRecurrenceSizes sizes) {
    this.blocks = blocks;
    kind = sizes.spec().memory();
    n = writes(kind);
    gated = gated(kind);
    keySize = sizes.keySize();
    valueSize = sizes.valueSize();
    keyRow = blocks.padded(keySize);
    valueRow = blocks.padded(valueSize);
  }

  /** Writes of a token. */
  static int writes(BaseMemory kind) {
    return kind == BaseMemory.SWLA ? 2 : 1;
  }

  static boolean gated(BaseMemory kind) {
    return kind == BaseMemory.GATED_DELTA || kind == BaseMemory.SWLA;
  }

  /** Tokens of a chunk: those of the delta family, or of a shorter segment. */
  static int chunkTokens(CachedRecurrenceSizes sizes) {
    int longest = sizes.plan().longest();
    int n = writes(sizes.spec().memory());
    return Math.min(longest, DeltaHost.chunkTokens(sizes.keySize(), sizes.valueSize(), n));
  }

  void resize(CachedRecurrenceSizes sizes) {
    scale = FloatMath.of(sizes.spec().scale());
    int longest = sizes.plan().longest();
    if (places.length < longest) {
      places = new int[longest];
      q = new float[longest * keyRow];
      k = new float[longest * n * keyRow];
      e = new float[longest * n * valueRow];
      strength = new float[blocks.padded(longest * n)];
      decay = new float[blocks.padded(longest)];
    }
  }

  int count() {
    return count;
  }

  int writes() {
    return n;
  }

  boolean gated() {
    return gated;
  }

  /** Place of a token and head in arrays [B,T,H]. */
  int place(int token) {
    return places[token];
  }

  /**
   * Gathers a segment.
   *
   * @param carry k and v of the token before, for SWLA
   */
  void open(FloatCachedArrays arrays, int example, int head, SegmentPlan.Segment s, float[] carry) {
    count = 0;
    for (int t = s.start(); t < s.end(); t++) {
      if (arrays.valid(example, t)) {
        places[count++] = arrays.token(example, t, head);
      }
    }
    for (int i = 0; i < count; i++) {
      int place = places[i];
      blocks.scale(keySize, scale, arrays.in[Q], place * keySize, q, i * keyRow);
      int own = i * n + n - 1;
      System.arraycopy(arrays.in[K], place * keySize, k, own * keyRow, keySize);
      System.arraycopy(arrays.in[V], place * valueSize, e, own * valueRow, valueSize);
      if (n == 2) {
        System.arraycopy(
            i == 0 ? carry : k, i == 0 ? 0 : (own - 2) * keyRow, k, (own - 1) * keyRow, keySize);
        System.arraycopy(
            i == 0 ? carry : e,
            i == 0 ? keySize : (own - 2) * valueRow,
            e,
            (own - 1) * valueRow,
            valueSize);
      }
      factors(arrays, i);
    }
  }

  private void factors(FloatCachedArrays arrays, int i) {
    int place = places[i];
    switch (kind) {
      case DELTA -> strength[i] = arrays.in[SCALARS][place];
      case GATED_DELTA -> {
        decay[i] = FloatMath.exp(arrays.in[SCALARS][place]);
        strength[i] = arrays.in[SCALARS + 1][place];
      }
      case SWLA -> {
        decay[i] = arrays.in[SCALARS][place];
        strength[2 * i] = arrays.in[SCALARS + 1][place];
        strength[2 * i + 1] = arrays.in[SCALARS + 2][place];
      }
      default -> strength[i] = 1;
    }
  }

  /** The k and v that the next segment's first token has before it; unchanged without tokens. */
  void lastCarry(float[] carry) {
    if (n == 2 && count > 0) {
      int own = 2 * count - 1;
      System.arraycopy(k, own * keyRow, carry, 0, keySize);
      System.arraycopy(e, own * valueRow, carry, keySize, valueSize);
    }
  }

  /** Rows [tokens,valueRow] from an array [B,T,H,V]. */
  void readRows(float[] array, int first, int rows, float[] to) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(array, places[first + i] * valueSize, to, i * valueRow, valueSize);
    }
  }

  void writeRows(float[] array, int first, int rows, float[] from) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, i * valueRow, array, places[first + i] * valueSize, valueSize);
    }
  }

  /** Room for the online reads of a segment. */
  float[] onlineReads(int row) {
    online = FloatHostArrays.ensure(online, (long) count * row);
    return online;
  }

  /**
   * Prepares the gradients of a segment.
   *
   * @param dCarry gradient of what {@link #lastCarry} gave
   */
  void openGradients(float[] dCarry) {
    dq = FloatHostArrays.ensure(dq, (long) count * keyRow);
    dk = cleared(dk, count * n * keyRow);
    dv = cleared(dv, count * n * valueRow);
    dStrength = FloatHostArrays.ensure(dStrength, (long) count * n);
    dDecay = FloatHostArrays.ensure(dDecay, count);
    firstCarry = new float[dCarry.length];
    if (n == 2) {
      if (count > 0) {
        int own = 2 * count - 1;
        System.arraycopy(dCarry, 0, dk, own * keyRow, keySize);
        System.arraycopy(dCarry, keySize, dv, own * valueRow, valueSize);
      } else {
        System.arraycopy(dCarry, 0, firstCarry, 0, dCarry.length);
      }
    }
  }

  private static float[] cleared(float[] array, int length) {
    float[] made = FloatHostArrays.ensure(array, length);
    Arrays.fill(made, 0, length, 0);
    return made;
  }

  /** Takes the gradients of a chunk. */
  void take(int first, int tokens, float[] dQueries, FloatDeltaChunkGradient.Outputs d) {
    System.arraycopy(dQueries, 0, dq, first * keyRow, tokens * keyRow);
    blocks.addScaled(tokens * n * keyRow, 1, d.dk, 0, dk, first * n * keyRow);
    blocks.addScaled(tokens * n * valueRow, 1, d.dv, 0, dv, first * n * valueRow);
    System.arraycopy(d.dBeta, 0, dStrength, first * n, tokens * n);
    if (gated) {
      System.arraycopy(d.dg, 0, dDecay, first, tokens);
    }
  }

  /** Adds the gradients of a segment's tokens. */
  void writeGradients(FloatCachedArrays d) {
    for (int i = count - 1; i >= 0 && n == 2; i--) {
      int before = 2 * i;
      float[] toKey = i == 0 ? firstCarry : dk;
      float[] toValue = i == 0 ? firstCarry : dv;
      blocks.addScaled(keySize, 1, dk, before * keyRow, toKey, i == 0 ? 0 : (before - 1) * keyRow);
      blocks.addScaled(
          valueSize, 1, dv, before * valueRow, toValue, i == 0 ? keySize : (before - 1) * valueRow);
    }
    for (int i = 0; i < count; i++) {
      int place = places[i];
      int own = i * n + n - 1;
      blocks.scale(keySize, scale, dq, i * keyRow, d.in[Q], place * keySize);
      blocks.addScaled(keySize, 1, dk, own * keyRow, d.in[K], place * keySize);
      System.arraycopy(dv, own * valueRow, d.in[V], place * valueSize, valueSize);
      factorGradients(d, i);
    }
  }

  private void factorGradients(FloatCachedArrays d, int i) {
    int place = places[i];
    switch (kind) {
      case DELTA -> d.in[SCALARS][place] = dStrength[i];
      case GATED_DELTA -> {
        d.in[SCALARS][place] = dDecay[i];
        d.in[SCALARS + 1][place] = dStrength[i];
      }
      case SWLA -> {
        // A decay that is 0 has lost the trace of its gradient.
        d.in[SCALARS][place] = decay[i] == 0 ? 0 : dDecay[i] / decay[i];
        d.in[SCALARS + 1][place] = dStrength[2 * i];
        d.in[SCALARS + 2][place] = dStrength[2 * i + 1];
      }
      default -> {}
    }
  }

  /** Overwrites a gradient of the carry by that of what {@link #open} was given. */
  void firstCarryGradient(float[] dCarry) {
    System.arraycopy(firstCarry, 0, dCarry, 0, dCarry.length);
  }
}
