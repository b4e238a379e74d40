package org.dl4jext.samediff.universal;

/** What becomes of the state of a halted position; its output is fixed in both cases. */
public enum HaltedState {
  /** It is transformed on with the others. */
  CONTINUE,
  /** It is carried as it was; the timing signals are added to it at every step all the same. */
  COPY
}
