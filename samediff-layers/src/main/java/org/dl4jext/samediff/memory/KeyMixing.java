package org.dl4jext.samediff.memory;

/** What a key sees of the steps before its own. */
public enum KeyMixing {
  /** Nothing. */
  NONE,
  /** The key comes from the step before and the value from its own: pairs of neighbours. */
  SHIFT,
  /** A learned causal convolution, channel by channel. */
  CONVOLUTION
}
