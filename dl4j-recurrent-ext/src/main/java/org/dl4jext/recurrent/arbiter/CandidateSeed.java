package org.dl4jext.recurrent.arbiter;

import java.util.SplittableRandom;

/** Seeds of candidates: a function of the seed of the search and the number of the candidate. */
public final class CandidateSeed {

  private static final long STRIDE = 0x9E3779B97F4A7C15L;

  private CandidateSeed() {}

  /** The seed of a candidate; never negative. */
  public static long of(long seed, int candidate) {
    return generator(seed, candidate).nextLong() & Long.MAX_VALUE;
  }

  /** Random numbers for a candidate that depend on nothing else. */
  static SplittableRandom generator(long seed, int candidate) {
    return new SplittableRandom(seed + STRIDE * (candidate + 1L)).split();
  }
}
