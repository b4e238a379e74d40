package org.dl4jext.samediff.kernel;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies between ND4J arrays of any strides and Java arrays in c order.
 *
 * <p>The host copy of an array is made current before it is read, and marked as the newest one
 * after it was written. Keeps scratch memory: one instance for each thread.
 */
public final class FloatHostArrays {

  private float[] scratch = new float[0];

  /** {@code array} itself if it has room for {@code length} elements, else a new one. */
  public static float[] ensure(float[] array, long length) {
    return array != null && array.length >= length ? array : new float[Math.toIntExact(length)];
  }

  /** All elements in c order, as a new array. */
  public static float[] copy(INDArray from) {
    float[] values = new float[Math.toIntExact(from.length())];
    new FloatHostArrays().read(from, values, 0);
    return values;
  }

  /** Copies all elements of {@code from}, in c order, to {@code to}. */
  public void read(INDArray from, float[] to, int offset) {
    INDArray array = from.dataType() == FloatMath.TYPE ? from : from.castTo(FloatMath.TYPE);
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    Strides strides = new Strides(array);
    if (strides.runs == 1) {
      pointer(array).get(to, offset, strides.length);
    } else if (strides.span <= 2L * strides.length) {
      scratch = ensure(scratch, strides.span);
      pointer(array).get(scratch, 0, Math.toIntExact(strides.span));
      copyOut(strides, to, offset);
    } else {
      FloatPointer pointer = pointer(array);
      strides.forEachRun(
          (start, index) -> {
            if (strides.innerStride == 1) {
              pointer.position(start).get(to, offset + index, strides.inner);
            } else {
              for (int i = 0; i < strides.inner; i++) {
                to[offset + index + i] = pointer.get(start + i * strides.innerStride);
              }
            }
          });
    }
  }

  /** Copies elements in c order from {@code from} to all of {@code to}. */
  public void write(float[] from, int offset, INDArray to) {
    if (to.dataType() != FloatMath.TYPE) {
      INDArray same = Nd4j.createUninitializedDetached(FloatMath.TYPE, to.shape());
      write(from, offset, same);
      to.assign(same);
      return;
    }
    Nd4j.getAffinityManager().ensureLocation(to, AffinityManager.Location.HOST);
    Strides strides = new Strides(to);
    FloatPointer pointer = pointer(to);
    if (strides.runs == 1) {
      pointer.put(from, offset, strides.length);
    } else if (strides.span == strides.length) {
      scratch = ensure(scratch, strides.length);
      copyIn(strides, from, offset);
      pointer.put(scratch, 0, strides.length);
    } else {
      strides.forEachRun(
          (start, index) -> {
            if (strides.innerStride == 1) {
              pointer.position(start).put(from, offset + index, strides.inner);
            } else {
              for (int i = 0; i < strides.inner; i++) {
                pointer.put(start + i * strides.innerStride, from[offset + index + i]);
              }
            }
          });
    }
    Nd4j.getAffinityManager().tagLocation(to, AffinityManager.Location.HOST);
  }

  /**
   * The host memory of a contiguous array, current and in c order; null where there is no such
   * view. A caller that writes to it calls {@link #written} afterwards.
   */
  FloatBuffer buffer(INDArray array) {
    if (array.dataType() != FloatMath.TYPE
        || array.length() > Integer.MAX_VALUE / FloatMath.BYTES
        || new Strides(array).runs != 1) {
      return null;
    }
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    return pointer(array).capacity(array.length()).asBuffer();
  }

  /** Marks the host copy of an array as the newest one. */
  void written(INDArray array) {
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
  }

  private static FloatPointer pointer(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }

  private void copyOut(Strides strides, float[] to, int offset) {
    int columns = strides.inner;
    int step = Math.toIntExact(strides.innerStride);
    strides.forEachPlane(
        (start, index) -> {
          int from = Math.toIntExact(start);
          if (strides.outerStride == 1) {
            FloatTransposition.transpose(
                columns, strides.outer, scratch, from, step, to, offset + index, columns);
            return;
          }
          for (int i = 0; i < strides.outer; i++) {
            int x = from + Math.toIntExact(i * strides.outerStride);
            for (int j = 0; j < columns; j++) {
              to[offset + index + i * columns + j] = scratch[x + j * step];
            }
          }
        });
  }

  private void copyIn(Strides strides, float[] from, int offset) {
    int columns = strides.inner;
    int step = Math.toIntExact(strides.innerStride);
    strides.forEachPlane(
        (start, index) -> {
          int to = Math.toIntExact(start);
          if (strides.outerStride == 1) {
            FloatTransposition.transpose(
                strides.outer, columns, from, offset + index, columns, scratch, to, step);
            return;
          }
          for (int i = 0; i < strides.outer; i++) {
            int x = to + Math.toIntExact(i * strides.outerStride);
            for (int j = 0; j < columns; j++) {
              scratch[x + j * step] = from[offset + index + i * columns + j];
            }
          }
        });
  }

  /** Copies of a part of an array: where it starts and which element of the whole that is. */
  private interface Part {
    void at(long start, int index);
  }

  /** The axes of an array without those of size 1, and with neighbours joined where possible. */
  private static final class Strides {
    final long[] sizes;
    final long[] steps;
    final int rank;
    final int length;
    final long span;
    final int inner;
    final long innerStride;
    final int outer;
    final long outerStride;
    final int runs;

    Strides(INDArray array) {
      int rankOfArray = array.rank();
      sizes = new long[Math.max(1, rankOfArray)];
      steps = new long[Math.max(1, rankOfArray)];
      length = Math.toIntExact(array.length());
      int axes = 0;
      long last = 0;
      for (int i = 0; i < rankOfArray; i++) {
        long size = array.size(i);
        long step = array.stride(i);
        if (size == 1) {
          continue;
        }
        if (axes > 0 && steps[axes - 1] == step * size) {
          sizes[axes - 1] *= size;
          steps[axes - 1] = step;
        } else {
          sizes[axes] = size;
          steps[axes] = step;
          axes++;
        }
        last += (size - 1) * step;
      }
      rank = axes;
      span = last + 1;
      inner = axes == 0 ? 1 : Math.toIntExact(sizes[axes - 1]);
      innerStride = axes == 0 ? 1 : steps[axes - 1];
      outer = axes < 2 ? 1 : Math.toIntExact(sizes[axes - 2]);
      outerStride = axes < 2 ? 0 : steps[axes - 2];
      runs = length == 0 || (inner == length && innerStride == 1) ? 1 : length / inner + 1;
    }

    void forEachRun(Part part) {
      visit(part, rank - 1, inner);
    }

    void forEachPlane(Part part) {
      visit(part, Math.max(0, rank - 2), inner * outer);
    }

    private void visit(Part part, int axes, int partLength) {
      for (int index = 0; index < length; index += partLength) {
        long rest = index / partLength;
        long start = 0;
        for (int axis = axes - 1; axis >= 0; axis--) {
          start += rest % sizes[axis] * steps[axis];
          rest /= sizes[axis];
        }
        part.at(start, index);
      }
    }
  }

  /** Whether the kernels can take an array of this type. */
  public static boolean accepts(DataType type) {
    return type == FloatMath.TYPE || (type == DataType.FLOAT16 && FloatMath.TYPE == DataType.FLOAT);
  }
}
