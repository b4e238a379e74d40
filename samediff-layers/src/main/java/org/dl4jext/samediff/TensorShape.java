package org.dl4jext.samediff;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Name, role and shape of a parameter or of a state.
 *
 * @param name the key in a parameter or state table
 * @param role what regularisation may do with it
 * @param shape the axes; states leave out the batch axis, which comes first
 */
public record TensorShape(String name, Role role, List<Long> shape) {

  /** The size of an axis of a state that grows with the sequence: at least 1. */
  public static final long GROWS = -1;

  /** What a tensor is for. */
  public enum Role {
    /** A matrix or filter: weight decay applies. */
    WEIGHT,
    /** An offset, gain or rate: no weight decay by default. */
    BIAS,
    /** Carried from step to step. */
    STATE
  }

  public TensorShape {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(role, "role");
    shape = List.copyOf(shape);
    for (long size : shape) {
      if (size <= 0 && !(size == GROWS && role == Role.STATE)) {
        throw new IllegalArgumentException("shape of " + name + " must be positive, got " + shape);
      }
    }
  }

  public static TensorShape weight(String name, long... shape) {
    return new TensorShape(name, Role.WEIGHT, boxed(shape));
  }

  public static TensorShape bias(String name, long... shape) {
    return new TensorShape(name, Role.BIAS, boxed(shape));
  }

  public static TensorShape state(String name, long... shape) {
    return new TensorShape(name, Role.STATE, boxed(shape));
  }

  private static List<Long> boxed(long[] shape) {
    return java.util.Arrays.stream(shape).boxed().toList();
  }

  /** The axes as ND4J takes them. */
  public long[] toArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** The axes with a batch axis in front; an axis that grows has its least size. */
  public long[] withBatch(long batch) {
    long[] all = new long[shape.size() + 1];
    all[0] = batch;
    for (int i = 0; i < shape.size(); i++) {
      all[i + 1] = Math.abs(shape.get(i));
    }
    return all;
  }

  /** Whether an array of a batch may have this shape: an axis that grows may have any size. */
  public boolean fits(long[] given, long batch) {
    long[] expected = withBatch(batch);
    boolean same = given.length == expected.length && given[0] == batch;
    for (int i = 0; same && i < shape.size(); i++) {
      same = shape.get(i) == GROWS ? given[i + 1] >= 1 : given[i + 1] == expected[i + 1];
    }
    return same;
  }

  /** The axes with those of batch and time in front. */
  public long[] withBatchAndSteps(long batch, long steps) {
    return LongStream.concat(LongStream.of(batch, steps), LongStream.of(toArray())).toArray();
  }

  /** Number of elements; the least where an axis grows. */
  public long length() {
    return shape.stream().map(Math::abs).reduce(1L, (a, b) -> a * b);
  }
}
