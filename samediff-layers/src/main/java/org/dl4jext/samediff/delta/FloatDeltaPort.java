package org.dl4jext.samediff.delta;

/**
 * Where {@link FloatDeltaScan} takes the parts of a chunk from and where it leaves the results.
 *
 * <p>A part is named by the example, the (key or value) head, the first token and the number of
 * tokens. Rows of q and k are {@code keyRow} apart, rows of v and o {@code valueRow}; an
 * implementation leaves the padding between them as it is. The arrays of the rows of one example
 * and one key head, and of the value heads of its group, are touched by one worker at a time.
 */
interface FloatDeltaPort {

  /** Which part of the sequences, and which of the workers asks. */
  final class Part {
    int worker;
    int example;
    int head;
    int token;
    int tokens;
  }

  /**
   * Fills q (one row for each token) and k (n rows), ready for the recurrence.
   *
   * @param norms room for one number for each row of q and then of k, given back to {@link
   *     #storeKeyGradients}
   */
  void loadKeys(
      Part part, float[] q, int qOffset, float[] k, int kOffset, float[] norms, int normOffset);

  /** Fills v and beta (n rows for each token) and, with gates, exp(g) of each token. */
  void loadValues(
      Part part,
      float[] v,
      int vOffset,
      float[] beta,
      int betaOffset,
      float[] decay,
      int decayOffset);

  /** Takes S'q of each token, without its factor. May change {@code o}. */
  void storeReads(Part part, float[] o, int oOffset);

  /** Fills the gradient of S'q of each token. Called once for each part, last token first. */
  void loadReadGradients(Part part, float[] dO);

  /** Takes gradients of v and beta and, with gates, of g. May change them. */
  void storeValueGradients(
      Part part, float[] dv, float[] beta, int betaOffset, float[] dBeta, float[] dg);

  /** Takes gradients of what {@link #loadKeys} gave. May change dq and dk. */
  void storeKeyGradients(
      Part part,
      float[] q,
      int qOffset,
      float[] dq,
      float[] k,
      int kOffset,
      float[] dk,
      float[] norms,
      int normOffset);
}
