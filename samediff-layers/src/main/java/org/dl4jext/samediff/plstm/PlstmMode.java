package org.dl4jext.samediff.plstm;

/** How states spread over a grid or a graph. */
public enum PlstmMode {
  /** Propagation: what leaves a node in all directions together is at most what entered. */
  P,
  /** Diffusion: a single path between any two edges, each gate at most 1. */
  D
}
