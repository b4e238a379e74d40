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
      if (size <= 0) {
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

  /** The axes with a batch axis in front. */
  public long[] withBatch(long batch) {
    long[] all = new long[shape.size() + 1];
    all[0] = batch;
    for (int i = 0; i < shape.size(); i++) {
      all[i + 1] = shape.get(i);
    }
    return all;
  }

  /** The axes with those of batch and time in front. */
  public long[] withBatchAndSteps(long batch, long steps) {
    return LongStream.concat(LongStream.of(batch, steps), LongStream.of(toArray())).toArray();
  }

  /** Number of elements. */
  public long length() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }
}
