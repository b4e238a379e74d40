package org.dl4jext.samediff.kernel;

import java.util.Arrays;

/**
 * The product of few rows with a matrix, row by row along that axis of the matrix that is
 * contiguous, without packing and without allocation.
 *
 * @param blocks the inner loops
 */
public record FloatRowProduct(FloatBlocks blocks) implements FloatProduct {

  @Override
  public void multiply(
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
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      if (!accumulate) {
        Arrays.fill(c, i * cRow, i * cRow + n, 0);
      }
      if (bColumn == 1) {
        for (int l = 0; l < k; l++) {
          blocks.addScaled(n, a[i * aRow + l * aColumn], b, l * bRow, c, i * cRow);
        }
      } else {
        for (int j = 0; j < n; j++) {
          c[i * cRow + j] += blocks.dot(k, a, i * aRow, b, j * bColumn);
        }
      }
    }
  }
}
