package org.dl4jext.samediff.plstm;

/** The way in which paths of the D-mode may turn. */
public enum PlstmChirality {
  /** From down to right only. */
  LEFT,
  /** From right to down only. */
  RIGHT
}
