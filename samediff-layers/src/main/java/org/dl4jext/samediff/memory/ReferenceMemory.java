package org.dl4jext.samediff.memory;

/**
 * A base memory of one head in double precision, as a flat array: what a read needs, then what only
 * a write needs. Nothing is changed in place but gradients that are added to.
 */
interface ReferenceMemory {

  /**
   * What one token writes; the gradient has the same form.
   *
   * @param k key [K]
   * @param v value [V]
   * @param scalars in the order of {@link BaseMemory#scalars()}
   */
  record Token(double[] k, double[] v, double[] scalars) {}

  /** The memory after a token. */
  double[] write(double[] m, Token x);

  /**
   * The gradient of the memory before a token.
   *
   * @param m the memory before
   * @param after gradient of the memory after
   * @param d gradient of the token, added to
   */
  double[] writeBackward(double[] m, Token x, double[] after, Token d);

  /** M q, or M(q) [V]. */
  double[] read(double[] m, double[] q);

  /**
   * Adds to the gradients of a read's arguments.
   *
   * @param d gradient of what was read
   */
  void readBackward(double[] m, double[] q, double[] d, double[] dm, double[] dq);
}
