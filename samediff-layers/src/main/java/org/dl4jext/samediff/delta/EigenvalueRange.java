package org.dl4jext.samediff.delta;

/** Range of the eigenvalues of one state transition. */
public enum EigenvalueRange {
  /** [0,1]: a step can erase along a key. Cannot solve parity. */
  UNIT,
  /** [-1,1]: a step can also reflect; beta is doubled. Needed for state tracking. */
  SIGNED
}
