package org.dl4jext.samediff.delta;

/** Element-wise function after a projection (and its short convolution, where there is one). */
public enum Activation {
  /** x sigmoid(x). */
  SILU,
  /** max(x, 0). */
  RELU,
  /** elu(x) + 1, positive everywhere. */
  ELU_PLUS_ONE,
  /** x. */
  IDENTITY
}
