package org.dl4jext.samediff.memory;

/** What happens when a segment ends and the cache is full. */
public enum CachePolicy {
  /** The pass fails before it changes anything. */
  FAIL,
  /** The oldest cached memory is forgotten. */
  DROP_OLDEST,
  /**
   * The two oldest become one, pooled over the tokens of both: the later of the two for CHECKPOINT,
   * which holds the earlier one; for INDEPENDENT the sum of what both wrote. For the LINEAR memory
   * that is exactly the memory of the joined segment.
   */
  MERGE
}
