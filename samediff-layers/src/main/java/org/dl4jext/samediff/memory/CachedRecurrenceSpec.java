package org.dl4jext.samediff.memory;

import java.util.List;
import org.dl4jext.samediff.Spec;

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
    if (memory == null) {
      throw invalid("memory", null, "one of its constants");
    }
    if (caching == null) {
      throw invalid("caching", null, "a spec");
    }
    requireFinite("scale", scale);
    requireFinite("gateScale", gateScale);
    segmentLengths = List.copyOf(segmentLengths);
    for (int length : segmentLengths) {
      if (length < 1) {
        throw invalid("segmentLengths", segmentLengths, "lengths of 1 and more");
      }
    }
  }

  private static void requireFinite(String component, double value) {
    if (!(Math.abs(value) < Double.POSITIVE_INFINITY)) {
      throw invalid(component, value, "a finite number");
    }
  }

  private static IllegalArgumentException invalid(String component, Object value, String allowed) {
    return new IllegalArgumentException(
        "CachedRecurrenceSpec: " + component + " is " + value + "; allowed: " + allowed);
  }
}
