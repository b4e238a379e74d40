package org.dl4jext.samediff.universal;

/** A signal for each position, or for each step, that is added to the state. */
public enum TimingSignal {
  /** None. */
  NONE,
  /** Sines in the first half of the channels, cosines in the second. */
  SINUSOID,
  /** A trainable row, times the square root of the width. */
  LEARNED
}
