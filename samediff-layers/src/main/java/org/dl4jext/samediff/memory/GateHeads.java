package org.dl4jext.samediff.memory;

/** Whether heads have gates of their own. */
public enum GateHeads {
  /** Each head has its scores and gates. */
  PER_HEAD,
  /** Scores are summed over the heads, and every head gets the same gates. */
  SHARED
}
