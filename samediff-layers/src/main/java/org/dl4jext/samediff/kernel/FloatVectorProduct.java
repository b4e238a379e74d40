package org.dl4jext.samediff.kernel;

/**
 * Products of one vector with a matrix, each row an array of its own, for kernels of a single step.
 *
 * <p>Plain Java that the JIT compiler vectorises: it does so only where the arrays of a loop have
 * no offsets, several times as fast as {@link FloatBlocks#forSteps()}, and nothing is allocated.
 */
public final class FloatVectorProduct {

  private FloatVectorProduct() {}

  /** The rows of a matrix, one array each. */
  public static float[][] rows(float[] matrix, int rows, int columns) {
    float[][] split = new float[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(matrix, i * columns, split[i], 0, columns);
    }
    return split;
  }

  /**
   * {@code y += x' A}.
   *
   * @param n columns of A
   * @param x one element for each row of A, from {@code offset} on
   */
  public static void add(int n, float[] x, int offset, float[][] a, float[] y) {
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      int at = offset + i;
      add4(n, x[at], x[at + 1], x[at + 2], x[at + 3], a[i], a[i + 1], a[i + 2], a[i + 3], y);
    }
    for (; i < a.length; i++) {
      add1(n, x[offset + i], a[i], y);
    }
  }

  /**
   * {@code A += k u'}, then {@code y += x' A}, in one pass over A.
   *
   * @param n columns of A
   */
  public static void updateAndAdd(int n, float[] k, float[] u, float[][] a, float[] x, float[] y) {
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      updateAndAdd4(
          n, k[i], k[i + 1], k[i + 2], k[i + 3], u, a[i], a[i + 1], a[i + 2], a[i + 3], x[i],
          x[i + 1], x[i + 2], x[i + 3], y);
    }
    for (; i < a.length; i++) {
      add1(n, k[i], u, a[i]);
      add1(n, x[i], a[i], y);
    }
  }

  private static void add1(int n, float x, float[] a, float[] y) {
    for (int j = 0; j < n; j++) {
      y[j] += x * a[j];
    }
  }

  private static void add4(
      int n,
      float x0,
      float x1,
      float x2,
      float x3,
      float[] a0,
      float[] a1,
      float[] a2,
      float[] a3,
      float[] y) {
    for (int j = 0; j < n; j++) {
      y[j] = y[j] + x0 * a0[j] + x1 * a1[j] + x2 * a2[j] + x3 * a3[j];
    }
  }

  private static void updateAndAdd4(
      int n,
      float k0,
      float k1,
      float k2,
      float k3,
      float[] u,
      float[] a0,
      float[] a1,
      float[] a2,
      float[] a3,
      float x0,
      float x1,
      float x2,
      float x3,
      float[] y) {
    for (int j = 0; j < n; j++) {
      float s0 = a0[j] + k0 * u[j];
      float s1 = a1[j] + k1 * u[j];
      float s2 = a2[j] + k2 * u[j];
      float s3 = a3[j] + k3 * u[j];
      a0[j] = s0;
      a1[j] = s1;
      a2[j] = s2;
      a3[j] = s3;
      y[j] = y[j] + x0 * s0 + x1 * s1 + x2 * s2 + x3 * s3;
    }
  }
}
