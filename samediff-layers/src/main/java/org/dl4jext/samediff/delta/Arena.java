package org.dl4jext.samediff.delta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.AddOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.SubOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Result arrays of a unit, and the few array operations that write into them.
 *
 * <p>A unit asks for the same arrays in the same order at each call, so the arena hands out the
 * same memory again: after the first call nothing is allocated. Unlike an ND4J workspace it belongs
 * to a unit and not to a thread, and what a forward pass left here stays valid until the next
 * {@link #rewind()}.
 */
final class Arena {

  private final DataType type;
  private final List<INDArray> buffers = new ArrayList<>();
  private final List<INDArray> views = new ArrayList<>();
  private int next;

  Arena(DataType type) {
    this.type = type;
  }

  /** Gives all arrays back. */
  void rewind() {
    next = 0;
  }

  /** An array of c order whose content is undefined. */
  INDArray empty(long... shape) {
    long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (next == buffers.size()) {
      buffers.add(null);
      views.add(null);
    }
    INDArray buffer = buffers.get(next);
    if (buffer == null || buffer.length() < length) {
      buffer = allocate(buffer, length);
      buffers.set(next, buffer);
      views.set(next, null);
    }
    INDArray view = views.get(next);
    if (view == null || !Arrays.equals(view.shape(), shape)) {
      INDArray flat = buffer.length() == length ? buffer : Views.cut(buffer, 0, 0, length);
      view = flat.reshape('c', shape);
      views.set(next, view);
    }
    next++;
    return view;
  }

  private INDArray allocate(INDArray old, long length) {
    if (old != null) {
      old.close();
    }
    return Nd4j.createUninitializedDetached(type, length);
  }

  INDArray zeros(long... shape) {
    return empty(shape).assign(0);
  }

  /** A copy in c order. */
  INDArray copy(INDArray array) {
    return empty(array.shape()).assign(array);
  }

  /** The array itself where it has this arena's type and c order without gaps, else a copy. */
  INDArray contiguous(INDArray array) {
    return array.dataType() == type && isPacked(array) ? array : copy(array);
  }

  private static boolean isPacked(INDArray array) {
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }

  /** Matrix product of rank 2, or of rank 3 for each index of axis 0; each side as it is. */
  INDArray product(INDArray a, INDArray b) {
    return product(a, false, b, false);
  }

  /** Matrix product, each side transposed where wanted. */
  INDArray product(INDArray a, boolean transposeA, INDArray b, boolean transposeB) {
    int rank = a.rank();
    long rows = a.size(transposeA ? rank - 1 : rank - 2);
    long columns = b.size(transposeB ? rank - 2 : rank - 1);
    INDArray to = rank == 2 ? empty(rows, columns) : empty(a.size(0), rows, columns);
    return Nd4j.matmul(a, b, to, transposeA, transposeB, false);
  }

  /** a times b; b is broadcast to the shape of a. */
  INDArray times(INDArray a, INDArray b) {
    return timesInto(a, b, empty(a.shape()));
  }

  static INDArray timesInto(INDArray a, INDArray b, INDArray to) {
    Nd4j.exec(new MulOp(a, b, to));
    return to;
  }

  static INDArray plusInto(INDArray a, INDArray b, INDArray to) {
    Nd4j.exec(new AddOp(a, b, to));
    return to;
  }

  static INDArray minusInto(INDArray a, INDArray b, INDArray to) {
    Nd4j.exec(new SubOp(a, b, to));
    return to;
  }

  /** Sum along one axis, which disappears. */
  INDArray sum(INDArray a, int axis) {
    long[] shape = new long[a.rank() - 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = a.size(i < axis ? i : i + 1);
    }
    a.sum(empty(shape), axis);
    return views.get(next - 1);
  }

  /** Sum of a times b along one axis. */
  INDArray dot(INDArray a, INDArray b, int axis) {
    return sum(times(a, b), axis);
  }

  INDArray exp(INDArray a) {
    return Transforms.exp(copy(a), false);
  }

  INDArray sigmoid(INDArray a) {
    return Transforms.sigmoid(copy(a), false);
  }
}
