package org.dl4jext.samediff.block;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between arrays and the Java heap, and products on the heap. */
final class FloatHost {

  private FloatHost() {}

  /** The buffer, or a longer one where it is too short. */
  static float[] atLeast(float[] buffer, int length) {
    return buffer != null && buffer.length >= length ? buffer : new float[length];
  }

  /** Copies all elements, in c order. */
  static void read(INDArray from, float[] to) {
    INDArray dense = isDense(from) ? from : from.dup('c');
    Nd4j.getAffinityManager().ensureLocation(dense, AffinityManager.Location.HOST);
    try (FloatPointer pointer = new FloatPointer(dense.data().addressPointer())) {
      pointer.get(to, 0, Math.toIntExact(from.length()));
    }
  }

  /** Overwrites all elements, in c order. */
  static void write(float[] from, INDArray to) {
    if (!isDense(to)) {
      INDArray dense = Nd4j.createUninitialized(to.dataType(), to.shape(), 'c');
      write(from, dense);
      to.assign(dense);
      return;
    }
    try (FloatPointer pointer = new FloatPointer(to.data().addressPointer())) {
      pointer.put(from, 0, Math.toIntExact(to.length()));
    }
    Nd4j.getAffinityManager().tagLocation(to, AffinityManager.Location.HOST);
  }

  /** Whether the elements lie in c order without gaps; axes of size 1 may have any stride. */
  private static boolean isDense(INDArray array) {
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }

  /** c [m,n] = a [m,k] b [k,n]. */
  static void product(int m, int n, int k, float[] a, float[] b, float[] c) {
    for (int i = 0; i < m; i++) {
      java.util.Arrays.fill(c, i * n, (i + 1) * n, 0);
      for (int l = 0; l < k; l++) {
        addScaled(n, a[i * k + l], b, l * n, c, i * n);
      }
    }
  }

  /** c [m,n] = a [m,k] b', b [n,k]. */
  static void productTransposedRight(int m, int n, int k, float[] a, float[] b, float[] c) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        c[i * n + j] = dot(k, a, i * k, b, j * k);
      }
    }
  }

  /** c [m,n] = a' b, a [k,m], b [k,n]. */
  static void productTransposedLeft(int m, int n, int k, float[] a, float[] b, float[] c) {
    java.util.Arrays.fill(c, 0, m * n, 0);
    for (int l = 0; l < k; l++) {
      for (int i = 0; i < m; i++) {
        addScaled(n, a[l * m + i], b, l * n, c, i * n);
      }
    }
  }

  private static void addScaled(int n, float s, float[] b, int bo, float[] c, int co) {
    for (int j = 0; j < n; j++) {
      c[co + j] += s * b[bo + j];
    }
  }

  private static float dot(int k, float[] a, int ao, float[] b, int bo) {
    float sum = 0;
    for (int l = 0; l < k; l++) {
      sum += a[ao + l] * b[bo + l];
    }
    return sum;
  }
}
