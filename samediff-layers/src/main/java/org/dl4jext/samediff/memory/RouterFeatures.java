package org.dl4jext.samediff.memory;

/** What the router pools over a segment. */
public enum RouterFeatures {
  /** The keys. */
  KEYS,
  /** The layer's inputs, or a projection of them. */
  HIDDEN
}
