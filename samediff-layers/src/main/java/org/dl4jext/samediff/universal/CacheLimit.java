package org.dl4jext.samediff.universal;

/** What happens where a sequence is longer than the caches. */
public enum CacheLimit {
  /** Stepping on is refused. */
  REFUSE,
  /** A position sees no more than the last positions that the caches hold, in every pass. */
  SLIDE
}
