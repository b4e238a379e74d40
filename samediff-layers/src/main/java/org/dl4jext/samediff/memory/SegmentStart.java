package org.dl4jext.samediff.memory;

/** The memory at the start of a segment. */
public enum SegmentStart {
  /** The memory at the end of the segment before. */
  CHECKPOINT,
  /** A fresh memory. */
  INDEPENDENT
}
