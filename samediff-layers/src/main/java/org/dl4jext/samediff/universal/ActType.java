package org.dl4jext.samediff.universal;

/** How the states of the steps become the output of halting. */
public enum ActType {
  /** {@code out = w state + (1 - w) out}: the interpolation of the published code. */
  BASIC,
  /** {@code out = out + w state}: the weighted sum, whose weights sum to 1 at a halted position. */
  ACCUMULATED
}
