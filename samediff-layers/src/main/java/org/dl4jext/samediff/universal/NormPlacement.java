package org.dl4jext.samediff.universal;

/** Where the layer norms stand. */
public enum NormPlacement {
  /** {@code s + f(norm(s))}, and a norm after the last step. */
  PRE,
  /** {@code norm(s + f(s))}, as the paper has it. */
  POST
}
