package org.dl4jext.samediff.delta;

/** Normalisation of each query and key vector. */
public enum QueryKeyNorm {
  /** x / sqrt(sum x^2 + eps). */
  L2,
  /** x / sum x; for activations that are positive. */
  SUM,
  /** None. The state may then grow without bound. */
  NONE
}
