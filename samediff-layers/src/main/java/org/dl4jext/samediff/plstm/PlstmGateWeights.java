package org.dl4jext.samediff.plstm;

/** Which gates depend on the input; the others are the same at every position. */
public enum PlstmGateWeights {
  /** All of them. */
  ALL,
  /** The transition alone. */
  TRANSITION,
  /** None: every gate is a trainable constant. */
  NONE
}
