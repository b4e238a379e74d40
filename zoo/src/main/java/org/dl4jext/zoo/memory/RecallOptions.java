package org.dl4jext.zoo.memory;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingSpec;

/**
 * One recall run.
 *
 * @param memory the base memory; null for softmax attention
 * @param caching how its states are cached; null for the base memory alone
 * @param width of the residual stream
 * @param keySize elements of a key, of which there is one head
 * @param valueSize elements of a value
 * @param routerScale where the router's learned factor starts
 * @param pairs pairs of each training example
 * @param keys different keys, and values, of the task
 * @param steps parameter updates; the learning rate falls to 0 over them
 * @param batchSize examples of an update
 * @param rate learning rate at the start
 * @param seed of parameters and examples
 */
public record RecallOptions(
    BaseMemory memory,
    CachingSpec caching,
    int width,
    int keySize,
    int valueSize,
    double routerScale,
    int pairs,
    int keys,
    int steps,
    int batchSize,
    double rate,
    long seed)
    implements Spec<RecallOptions> {

  public RecallOptions {
    require("width", width, 1, 4096);
    require("keySize", keySize, 1, 4096);
    require("valueSize", valueSize, 1, 4096);
    require("keys", keys, 2, 4096);
    require("pairs", pairs, 1, keys);
    require("steps", steps, 1, 10_000_000);
    require("batchSize", batchSize, 1, 65_536);
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate is " + rate + "; allowed: above 0, at most 1");
    }
    if (memory == null && caching != null) {
      throw new IllegalArgumentException("softmax attention has no states; allowed: no variant");
    }
  }

  /** 48 keys and values, keys of 8 elements, 32 pairs, 800 updates. */
  public static RecallOptions of(BaseMemory memory, CachingSpec caching, long seed) {
    return new RecallOptions(memory, caching, 48, 8, 32, 5, 32, 48, 800, 32, 5e-3, seed);
  }

  public RecallOptions withSteps(int other) {
    return with("steps", other);
  }

  public RecallOptions withSeed(long other) {
    return with("seed", other);
  }

  /** A few words for tables and file names. */
  public String name() {
    if (memory == null) {
      return "softmax attention";
    }
    String base = memory.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    return caching == null
        ? base
        : base + " " + caching.variant().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static void require(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + low + " to " + high);
    }
  }
}
