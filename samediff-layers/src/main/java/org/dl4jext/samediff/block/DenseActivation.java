package org.dl4jext.samediff.block;

/** Functions after a dense layer that its step kernel can compute. */
public enum DenseActivation {
  /** x. */
  IDENTITY,
  /** max(x, 0). */
  RELU,
  /** x where positive, else 0.01 x. */
  LEAKY_RELU,
  /** x where positive, else exp(x) - 1. */
  ELU,
  /** Hyperbolic tangent. */
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** x sigmoid(x). */
  SWISH,
  /** log(1 + exp(x)). */
  SOFTPLUS,
  /** exp(x) divided by its sum over the outputs. */
  SOFTMAX
}
