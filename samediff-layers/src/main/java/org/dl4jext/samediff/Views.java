package org.dl4jext.samediff;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Views of arrays of any strides and any offset.
 *
 * <p>{@code INDArray.get} returns an empty array, without an error, where the first element of the
 * view lies further from the start of the buffer than the array is long: so for a part of a view,
 * or of a parameter that is a view of the network's parameter vector.
 */
public final class Views {

  private Views() {}

  /** The positions {@code from} (included) to {@code to} (excluded) of one axis. */
  public static INDArray cut(INDArray x, int axis, long from, long to) {
    if (from < 0 || to > x.size(axis) || from >= to) {
      throw new IllegalArgumentException(
          "cut " + from + " to " + to + " of an axis of size " + x.size(axis));
    }
    if (from == 0 && to == x.size(axis)) {
      return x;
    }
    long[] shape = x.shape().clone();
    shape[axis] = to - from;
    return view(x, shape, x.stride().clone(), x.offset() + from * x.stride(axis));
  }

  /** One position of one axis, which disappears. */
  public static INDArray at(INDArray x, int axis, long position) {
    if (position < 0 || position >= x.size(axis)) {
      throw new IllegalArgumentException(
          "position " + position + " of an axis of size " + x.size(axis));
    }
    return view(
        x,
        without(x.shape(), axis),
        without(x.stride(), axis),
        x.offset() + position * x.stride(axis));
  }

  private static INDArray view(INDArray x, long[] shape, long[] strides, long offset) {
    return Nd4j.create(x.data(), shape, strides, offset, Shape.getOrder(shape, strides, -1));
  }

  private static long[] without(long[] values, int axis) {
    long[] left = new long[values.length - 1];
    System.arraycopy(values, 0, left, 0, axis);
    System.arraycopy(values, axis + 1, left, axis, left.length - axis);
    return left;
  }
}
