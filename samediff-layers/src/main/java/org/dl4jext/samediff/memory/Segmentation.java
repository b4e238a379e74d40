package org.dl4jext.samediff.memory;

/** How a sequence is cut into segments. */
public enum Segmentation {
  /** Equal lengths; the last one may be shorter. */
  CONSTANT,
  /**
   * The binary expansion of the number of steps, largest first: 37 = 32 + 4 + 1. It depends on the
   * whole length, so such a layer cannot step.
   */
  LOGARITHMIC
}
