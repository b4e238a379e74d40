package org.dl4jext.samediff.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of one ND4J array in c order, for kernels that read or write them piece by piece.
 *
 * <p>Where the array is contiguous and its rows are long, rows are copied straight from or to the
 * host memory of the array; otherwise the whole array is copied once. Several threads may get, or
 * put different rows, at the same time; opening and closing is for one thread.
 */
public final class FloatHostView {

  /** Elements of a row from which on a copy of each row costs less than one of the array. */
  private static final int LONG_ROW = 32;

  private final FloatHostArrays host;
  private float[] copy = new float[0];
  private FloatBuffer buffer;
  private INDArray target;

  public FloatHostView(FloatHostArrays host) {
    this.host = host;
  }

  /**
   * Opens an array for reading.
   *
   * @param array null stands for zeros
   * @param length number of its elements
   * @param row how many elements one {@link #get} will copy
   */
  public void openInput(INDArray array, long length, int row) {
    buffer = row >= LONG_ROW && array != null ? host.buffer(array) : null;
    if (buffer == null) {
      copy = FloatHostArrays.ensure(copy, length);
      if (array == null) {
        Arrays.fill(copy, 0, Math.toIntExact(length), 0);
      } else {
        host.read(array, copy, 0);
      }
    }
  }

  /** Opens an array for writing all of its elements; null where they are not wanted. */
  public void openOutput(INDArray array, long length, int row) {
    target = array;
    buffer = row >= LONG_ROW && array != null ? host.buffer(array) : null;
    if (buffer == null) {
      copy = FloatHostArrays.ensure(copy, length);
    }
  }

  /** Copies elements from {@code from} on to a Java array. */
  public void get(int from, float[] to, int toOffset, int length) {
    if (buffer == null) {
      System.arraycopy(copy, from, to, toOffset, length);
    } else {
      buffer.get(from, to, toOffset, length);
    }
  }

  /** Copies elements of a Java array to {@code to} and after. */
  public void put(int to, float[] from, int fromOffset, int length) {
    if (buffer == null) {
      System.arraycopy(from, fromOffset, copy, to, length);
    } else {
      buffer.put(to, from, fromOffset, length);
    }
  }

  /** Finishes writing and forgets the array. */
  public void close() {
    if (target != null) {
      if (buffer == null) {
        host.write(copy, 0, target);
      } else {
        host.written(target);
      }
    }
    buffer = null;
    target = null;
  }
}
