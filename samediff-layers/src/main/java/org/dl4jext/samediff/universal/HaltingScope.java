package org.dl4jext.samediff.universal;

/** Who decides when to stop. */
public enum HaltingScope {
  /** Nobody: all steps are taken, and the last state is the output. */
  NONE,
  /** Each position for itself. */
  POSITION,
  /** The positions of an example together, by the mean of their probabilities; looks ahead. */
  GLOBAL
}
