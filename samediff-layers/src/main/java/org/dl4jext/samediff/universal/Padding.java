package org.dl4jext.samediff.universal;

/** What a masked position is. */
public enum Padding {
  /**
   * Not there: neither key nor query, it does not ponder, outputs 0, and whatever it holds cannot
   * be seen.
   */
  ABSENT,
  /** A position like others that nobody attends to, as in the published code. */
  COMPUTED
}
