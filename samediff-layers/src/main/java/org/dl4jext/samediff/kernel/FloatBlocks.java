package org.dl4jext.samediff.kernel;

/**
 * The inner loops of the kernels: small dense products, substitution, transposition and a few
 * element-wise functions on parts of Java arrays.
 *
 * <p>Matrices are row-major; {@code xRow} is the distance of two rows. There is a build in plain
 * Java and one over {@code jdk.incubator.vector}; {@link #best()} takes the second where the JVM
 * was started with that module. An element of a product is the same chain of operations wherever it
 * stands, so results do not depend on how a caller cuts rows into calls. Implementations have no
 * state and may be shared between threads. No index is checked beyond what Java does.
 */
public interface FloatBlocks {

  /** Rows of scratch matrices are padded to a multiple of this many elements. */
  int lanes();

  /** Name of the build, for reports. */
  String name();

  /** Whether the build has explicit vectors and so is worth its own large products. */
  boolean explicit();

  /** The fastest build that this JVM can run. */
  static FloatBlocks best() {
    return FloatBlocksHolder.BEST;
  }

  /**
   * Plain Java, for kernels of a single step: vectors that the JIT compiler boxes would allocate.
   */
  static FloatBlocks forSteps() {
    return FloatBlocksHolder.STEPS;
  }

  /** {@code n} rounded up to whole vectors. */
  default int padded(int n) {
    int lanes = lanes();
    return (n + lanes - 1) / lanes * lanes;
  }

  /**
   * C = alpha A B, or C += alpha A B. A has any strides, so a transposed A costs nothing.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B; 0 gives a zero product
   */
  void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
      int cOffset,
      int cRow,
      float alpha,
      boolean accumulate);

  /**
   * Substitution with a unit lower triangular matrix: for i = 0 .. m-1, R_i -= sum over {@code j <
   * i} of A_ij U_j, then U_i = scale_i R_i. Only A below the diagonal is read. Negative strides
   * make it a backward substitution with the transposed matrix.
   *
   * @param scaleStep distance of two elements of {@code scale}
   */
  void substitute(
      int m,
      int n,
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] scale,
      int scaleOffset,
      int scaleStep,
      float[] r,
      int rOffset,
      int rRow,
      float[] u,
      int uOffset,
      int uRow);

  /** T = X' for X with {@code rows} x {@code columns}. */
  default void transpose(
      int rows, int columns, float[] x, int xOffset, int xRow, float[] t, int tOffset, int tRow) {
    FloatTransposition.transpose(rows, columns, x, xOffset, xRow, t, tOffset, tRow);
  }

  /** The inner product of two vectors. */
  float dot(int n, float[] x, int xOffset, float[] y, int yOffset);

  /** y = alpha x. */
  void scale(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset);

  /** y += alpha x. */
  void addScaled(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset);

  /** z = x y. */
  void times(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset);

  /** z += x y. */
  void addTimes(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset);

  /** y = exp(x). */
  void exp(int n, float[] x, int xOffset, float[] y, int yOffset);

  /** y = log(1 + exp(x)). */
  void softplus(int n, float[] x, int xOffset, float[] y, int yOffset);

  /** y = 1 / (1 + exp(-x)). */
  void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset);

  /** y = x sigmoid(x). */
  void silu(int n, float[] x, int xOffset, float[] y, int yOffset);

  /** d = d times the derivative of x sigmoid(x). */
  void siluGradient(int n, float[] x, int xOffset, float[] d, int dOffset);
}
