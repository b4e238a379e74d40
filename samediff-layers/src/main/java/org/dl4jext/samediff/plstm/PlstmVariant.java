package org.dl4jext.samediff.plstm;

/** How the P-mode splits a signal between two directions with the share a and the transition t. */
public enum PlstmVariant {
  /** a t and (1 - a) t: equation 10 of the paper, stable for every input. */
  PAPER,
  /** a t and 1 - a t: what the published code computes; not stable. */
  REFERENCE_CODE
}
