package org.dl4jext.samediff.memory;

/** How a query combines the cached memories with the online one. */
public enum CachingVariant {
  /** The sum of all reads. */
  RESIDUAL,
  /** The reads weighted by a softmax over the segments (GRM). */
  GATED,
  /**
   * One read of the weighted sum of the memories' parameters. Momentum is not read and so not
   * mixed. Equals GATED for memories that are linear in their state.
   */
  SOUP,
  /** GATED over the online memory and the top-k cached ones (SSC). */
  SPARSE
}
