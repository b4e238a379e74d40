package org.dl4jext.datasets;

/** Which steps of a formal language example carry a label. */
public enum Supervision {
  /** The last step of the question: as in the published experiments. */
  ANSWER,
  /** Every step after which the prefix has a value: much easier to learn from. */
  EVERY_PREFIX
}
