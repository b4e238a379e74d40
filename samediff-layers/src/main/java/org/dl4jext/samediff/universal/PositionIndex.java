package org.dl4jext.samediff.universal;

/** How positions are counted. */
public enum PositionIndex {
  /** Masked ones are skipped. */
  VALID,
  /** Masked ones count: padding in front moves a sequence. */
  ABSOLUTE
}
