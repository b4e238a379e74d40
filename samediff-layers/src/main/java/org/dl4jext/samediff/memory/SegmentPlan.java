package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Which steps form segments, and which cached memories each segment reads: the same for every
 * example, because segments are counted by absolute position.
 *
 * <p>A cached memory has a number: first those that the states bring along, then, in the order in
 * which they arise, those of ended segments and merged ones. The memory of a segment is cached when
 * the next segment starts, not before.
 */
final class SegmentPlan {

  /** Stands for no cached memory. */
  static final int NONE = -1;

  /**
   * One segment.
   *
   * @param start first step
   * @param end step after the last one
   * @param continues whether it goes on with the online memory of the states
   * @param closed number under which the online memory before it is cached, or NONE
   * @param merged number of the merged memory that this made, or NONE
   * @param earlier the earlier memory that went into it
   * @param later the later one
   * @param readable what the segment reads beside its online memory, oldest first
   */
  record Segment(
      int start,
      int end,
      boolean continues,
      int closed,
      int merged,
      int earlier,
      int later,
      List<Integer> readable) {

    int length() {
      return end - start;
    }
  }

  private final List<Segment> segments = new ArrayList<>();
  private final CachingSpec spec;
  private final int initial;
  private int entries;
  private final int offset;
  private final int columns;
  private final int longest;

  /**
   * Plans a pass.
   *
   * @param offset steps in the current segment before the pass
   * @param cached number of cached memories before it
   * @throws IllegalArgumentException if the pass needs more cached memories than are allowed, or
   *     cannot go on from there
   */
  SegmentPlan(CachedRecurrenceSpec recurrence, int steps, int offset, int cached) {
    spec = recurrence.caching();
    initial = cached;
    entries = cached;
    List<Integer> readable = new ArrayList<>();
    for (int i = 0; i < cached; i++) {
      readable.add(i);
    }
    int start = 0;
    int before = offset;
    for (int length : lengths(recurrence, steps, offset)) {
      boolean continues = start == 0 && offset > 0 && offset < spec.segmentLength();
      boolean closes = start > 0 || (offset > 0 && !continues);
      int[] made = closes ? close(readable) : new int[] {NONE, NONE, NONE, NONE};
      segments.add(
          new Segment(
              start,
              start + length,
              continues,
              made[0],
              made[1],
              made[2],
              made[3],
              List.copyOf(readable)));
      before = continues ? offset + length : length;
      start += length;
    }
    this.offset = before;
    columns = segments.stream().mapToInt(s -> s.readable().size()).max().orElse(0) + 1;
    longest = segments.stream().mapToInt(Segment::length).max().orElse(1);
  }

  private int[] close(List<Integer> readable) {
    int[] made = {entries++, NONE, NONE, NONE};
    readable.add(made[0]);
    int limit = spec.maxCachedSegments();
    if (limit > 0 && readable.size() > limit) {
      switch (spec.cachePolicy()) {
        case FAIL ->
            throw new IllegalArgumentException(
                "memory caching: this pass caches more than maxCachedSegments ("
                    + limit
                    + ") segments of "
                    + spec.segmentLength()
                    + " steps; allowed: shorter sequences, or another cachePolicy");
        case DROP_OLDEST -> readable.remove(0);
        case MERGE -> {
          made[1] = entries++;
          made[2] = readable.remove(0);
          made[3] = readable.remove(0);
          readable.add(0, made[1]);
        }
      }
    }
    return made;
  }

  private static List<Integer> lengths(CachedRecurrenceSpec recurrence, int steps, int offset) {
    CachingSpec caching = recurrence.caching();
    List<Integer> given = recurrence.segmentLengths();
    boolean whole = !given.isEmpty() || caching.segmentation() == Segmentation.LOGARITHMIC;
    if (whole && offset > 0) {
      throw new IllegalArgumentException(
          "memory caching: segments that depend on the whole sequence cannot be continued;"
              + " allowed: no states");
    }
    if (!given.isEmpty()) {
      if (given.stream().mapToInt(Integer::intValue).sum() != steps) {
        throw new IllegalArgumentException(
            "memory caching: segmentLengths is " + given + "; allowed: a sum of " + steps);
      }
      return given;
    }
    List<Integer> lengths = new ArrayList<>();
    if (whole) {
      for (int rest = steps; rest > 0; rest -= Integer.highestOneBit(rest)) {
        lengths.add(Integer.highestOneBit(rest));
      }
      return lengths;
    }
    int size = caching.segmentLength();
    int first = offset < size ? size - offset : size;
    for (int rest = steps; rest > 0; rest -= lengths.get(lengths.size() - 1)) {
      lengths.add(Math.min(rest, lengths.isEmpty() ? first : size));
    }
    return lengths;
  }

  List<Segment> segments() {
    return segments;
  }

  /** Number of cached memories before the pass; they have the first numbers. */
  int initial() {
    return initial;
  }

  /** Number of all memories that were ever cached. */
  int entries() {
    return entries;
  }

  /** What is cached after the pass, oldest first. */
  List<Integer> cached() {
    return segments.get(segments.size() - 1).readable();
  }

  /** Steps in the current segment after the pass. */
  int offset() {
    return offset;
  }

  /** Most memories that a step reads, the online one included. */
  int columns() {
    return columns;
  }

  /** Steps of the longest segment. */
  int longest() {
    return longest;
  }
}
