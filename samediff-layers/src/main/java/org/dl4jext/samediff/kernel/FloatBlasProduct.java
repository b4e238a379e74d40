package org.dl4jext.samediff.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A product by the BLAS of ND4J on reused arrays; small ones by the inner loops. */
final class FloatBlasProduct implements FloatProduct {

  /** Multiplications below which the overhead of a call costs more than it saves. */
  private static final long SMALL_WORK = 1 << 17;

  private final FloatBlocks blocks;
  private final FloatHostArrays host = new FloatHostArrays();
  private final INDArray[] buffers = new INDArray[3];
  private float[] scratch = new float[0];

  FloatBlasProduct(FloatBlocks blocks) {
    this.blocks = blocks;
  }

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
    if ((long) m * n * k < SMALL_WORK) {
      small(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate);
      return;
    }
    boolean transposeA = aColumn != 1;
    boolean transposeB = bColumn != 1;
    INDArray x = transposeA ? load(0, a, k, m, aColumn) : load(0, a, m, k, aRow);
    INDArray y = transposeB ? load(1, b, n, k, bColumn) : load(1, b, k, n, bRow);
    INDArray z = buffer(2, m, n);
    Nd4j.matmul(x, y, z, transposeA, transposeB, false);
    if (cRow == n && !accumulate) {
      host.read(z, c, 0);
      return;
    }
    scratch = FloatHostArrays.ensure(scratch, (long) m * n);
    host.read(z, scratch, 0);
    for (int i = 0; i < m; i++) {
      if (accumulate) {
        blocks.addScaled(n, 1, scratch, i * n, c, i * cRow);
      } else {
        System.arraycopy(scratch, i * n, c, i * cRow, n);
      }
    }
  }

  private INDArray load(int index, float[] x, int rows, int columns, int row) {
    INDArray array = buffer(index, rows, columns);
    float[] from = x;
    if (row != columns) {
      scratch = FloatHostArrays.ensure(scratch, (long) rows * columns);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(x, i * row, scratch, i * columns, columns);
      }
      from = scratch;
    }
    host.write(from, 0, array);
    return array;
  }

  private INDArray buffer(int index, long rows, long columns) {
    long length = rows * columns;
    if (buffers[index] == null || buffers[index].length() < length) {
      buffers[index] = Nd4j.createUninitializedDetached(FloatMath.TYPE, length);
    }
    return buffers[index].get(NDArrayIndex.interval(0, length)).reshape('c', rows, columns);
  }

  private void small(
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
    float[] rows = b;
    int row = bRow;
    if (bColumn != 1) {
      scratch = FloatHostArrays.ensure(scratch, (long) k * n);
      blocks.transpose(n, k, b, 0, bColumn, scratch, 0, n);
      rows = scratch;
      row = n;
    }
    blocks.multiply(m, n, k, a, 0, aRow, aColumn, rows, 0, row, c, 0, cRow, 1, accumulate);
  }
}
