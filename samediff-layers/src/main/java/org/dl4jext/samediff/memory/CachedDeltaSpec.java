package org.dl4jext.samediff.memory;

import java.util.List;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;
import org.dl4jext.samediff.delta.DeltaSpec;

/**
 * Options of a delta layer whose states are cached at inference, with the parameters that it was
 * trained with. Its queries ask the router too, and the router pools the keys.
 *
 * @param delta options of the trained layer
 * @param caching how its states are cached: CONSTANT segments, KEYS
 * @param routerScale factor on the router's scores; 0 gives every memory the same weight
 */
public record CachedDeltaSpec(DeltaSpec delta, CachingSpec caching, double routerScale)
    implements Spec<CachedDeltaSpec> {

  public CachedDeltaSpec {
    SpecOption.requireGiven("CachedDeltaSpec", "delta", delta);
    SpecOption.requireGiven("CachedDeltaSpec", "caching", caching);
    if (caching.segmentation() != Segmentation.CONSTANT) {
      throw SpecOption.invalid(
          "CachedDeltaSpec", "segmentation", caching.segmentation(), "CONSTANT");
    }
    if (caching.hasRouter() && caching.routerFeatures() != RouterFeatures.KEYS) {
      throw SpecOption.invalid(
          "CachedDeltaSpec",
          "routerFeatures",
          caching.routerFeatures(),
          "KEYS: others need parameters that were not trained");
    }
    if (!(routerScale >= 0) || Double.isInfinite(routerScale)) {
      throw SpecOption.invalid(
          "CachedDeltaSpec", "routerScale", routerScale, "0 or a positive number");
    }
  }

  /** The recurrence: a token is n writes, so a segment has n times as many of them. */
  CachedRecurrenceSpec recurrence() {
    int writes = Math.multiplyExact(caching.segmentLength(), delta.householders());
    return new CachedRecurrenceSpec(
        delta.forgetGate() ? BaseMemory.GATED_DELTA : BaseMemory.DELTA,
        caching.withSegmentLength(writes),
        delta.readScale(),
        routerScale,
        List.of());
  }
}
