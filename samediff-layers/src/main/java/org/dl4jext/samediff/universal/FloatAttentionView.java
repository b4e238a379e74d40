package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.kernel.FloatMath;

/** Which keys each query of an example sees in a step, and what dropout leaves of the weights. */
final class FloatAttentionView {

  private static final float HIDDEN = FloatMath.of(ReferenceAttention.HIDDEN);

  private final ExampleRows rows;
  private final UniversalPass pass;
  private final int branch;
  private final int step;
  private final int window;
  private final boolean causal;
  private final boolean masked;

  /**
   * What one attention sees.
   *
   * @param branch SELF to see the positions of the example, MEMORY to see all of a memory
   */
  FloatAttentionView(
      UniversalSpec spec, UniversalPass pass, ExampleRows rows, int branch, int step) {
    this.rows = rows;
    this.pass = pass;
    this.branch = branch;
    this.step = step;
    boolean self = branch == UniversalDropout.SELF;
    window = spec.window();
    causal = self && spec.causal();
    masked = self && rows.hidesKeys();
  }

  /** The first key that a query reads; it never decreases with the query. */
  int firstKey(int query) {
    return causal && !masked ? rows.firstKey(query, window) : 0;
  }

  /**
   * One more than the last key that a query reads.
   *
   * @param limit number of keys
   */
  int lastKey(int query, int limit) {
    return causal && !masked ? Math.min(limit, rows.cached() + query + 1) : limit;
  }

  /** Adds to the scores of a query for keys from .. to that are read and must not be seen. */
  void hide(int query, int from, int to, float[] scores, int at) {
    if (!masked) {
      return;
    }
    for (int j = from; j < to; j++) {
      if (!rows.key()[j]) {
        scores[at + j - from] += HIDDEN;
      }
      if (causal && (j > query || j < rows.firstKey(query, window))) {
        scores[at + j - from] += HIDDEN;
      }
    }
  }

  /** Applies dropout to what belongs to the weights of a query for keys from .. to. */
  void drop(int head, int query, int from, int to, float[] values, int at) {
    UniversalDropout dropout = pass.dropout();
    if (!dropout.dropsAttention()) {
      return;
    }
    int row = pass.dense(rows, query);
    for (int j = from; j < to; j++) {
      values[at + j - from] *= FloatMath.of(dropout.attention(branch, step, head, row, j));
    }
  }
}
