package org.dl4jext.samediff.memory;

/** How the router pools. */
public enum RouterPooling {
  /** The mean over the valid tokens. */
  MEAN,
  /** The sum: scores grow with the length of a segment. */
  SUM
}
