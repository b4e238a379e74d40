package org.dl4jext.samediff.kernel;

/**
 * Large matrix products on Java arrays.
 *
 * <p>All strides are free for A and B, C is row-major. Keeps scratch memory that only grows: one
 * instance is used by one thread at a time.
 */
public interface FloatProduct {

  /**
   * C = A B, or C += A B.
   *
   * @param m rows of C
   * @param n columns of C
   * @param k columns of A
   */
  void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aRow,
      int aColumn,
      float[] b,
      int bRow,
      int bColumn,
      float[] c,
      int cRow,
      boolean accumulate);

  /**
   * The fastest form for a build of the inner loops: packed panels where it has explicit vectors,
   * else the BLAS of ND4J.
   */
  static FloatProduct of(FloatBlocks blocks, int threads) {
    return blocks.explicit()
        ? new FloatPackedProduct(blocks, threads)
        : new FloatBlasProduct(blocks);
  }
}
