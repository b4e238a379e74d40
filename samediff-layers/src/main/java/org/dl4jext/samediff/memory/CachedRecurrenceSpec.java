package org.dl4jext.samediff.memory;

import java.util.List;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of a cached recurrence alone, without projections.
 *
 * @param memory what is written and read
 * @param caching how its states are cached
 * @param scale factor on q
 * @param gateScale factor on the router's scores
 * @param segmentLengths lengths of the segments of a whole sequence, whose sum is T; empty for
 *     those of {@code caching}
 */
public record CachedRecurrenceSpec(
    BaseMemory memory,
    CachingSpec caching,
    double scale,
    double gateScale,
    List<Integer> segmentLengths)
    implements Spec<CachedRecurrenceSpec> {

  public CachedRecurrenceSpec {
    SpecOption.requireGiven("CachedRecurrenceSpec", "memory", memory);
    SpecOption.requireGiven("CachedRecurrenceSpec", "caching", caching);
    requireFinite("scale", scale);
    requireFinite("gateScale", gateScale);
    segmentLengths = List.copyOf(segmentLengths);
    for (int length : segmentLengths) {
      if (length < 1) {
        throw SpecOption.invalid(
            "CachedRecurrenceSpec", "segmentLengths", segmentLengths, "lengths of 1 and more");
      }
    }
  }

  private static void requireFinite(String component, double value) {
    if (!(Math.abs(value) < Double.POSITIVE_INFINITY)) {
      throw SpecOption.invalid("CachedRecurrenceSpec", component, value, "a finite number");
    }
  }
}
