package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * A matrix B in panels of neighbouring columns, each panel in one piece of memory, for products A B
 * that repeat many times.
 */
final class FloatPanels {

  private static final int PLAIN_WIDTH = 256;
  private static final int DEPTH = 256;

  private final FloatBlocks blocks;
  private float[] data = new float[0];
  private int rows;
  private int columns;
  private int width;

  FloatPanels(FloatBlocks blocks) {
    this.blocks = blocks;
  }

  /** Columns of a panel: what the product of so many rows takes at once. */
  private static int width(FloatBlocks blocks, int rows) {
    if (!blocks.name().startsWith("vector")) {
      return PLAIN_WIDTH;
    }
    return (rows == 1 ? 4 : 2) * blocks.lanes();
  }

  /** Makes room for a matrix of zeros; {@code productRows} is the usual number of rows of A. */
  void clear(int rows, int columns, int productRows) {
    this.rows = rows;
    this.columns = columns;
    this.width = width(blocks, productRows);
    if (data.length < rows * columns) {
      data = new float[rows * columns];
    } else {
      Arrays.fill(data, 0, rows * columns, 0);
    }
  }

  /** Sets {@code count} neighbouring elements of a row of B. */
  void setRow(int row, int column, int count, float[] from, int offset, int step) {
    int next = offset;
    int done = 0;
    while (done < count) {
      int panel = (column + done) / width;
      int own = Math.min(width, columns - panel * width);
      int inside = column + done - panel * width;
      int run = Math.min(count - done, own - inside);
      int to = panel * width * rows + row * own + inside;
      for (int i = 0; i < run; i++) {
        data[to + i] = from[next];
        next += step;
      }
      done += run;
    }
  }

  /** C += A B for m rows. */
  void addProduct(int m, float[] a, int aOffset, int aRow, float[] c, int cOffset, int cRow) {
    for (int column = 0; column < columns; column += width) {
      int own = Math.min(width, columns - column);
      blocks.multiply(
          m,
          own,
          rows,
          a,
          aOffset,
          aRow,
          1,
          data,
          column * rows,
          own,
          c,
          cOffset + column,
          cRow,
          1,
          true);
    }
  }

  /**
   * C += A B for large matrices, in parallel over columns of B.
   *
   * @param k columns of A, rows of B
   */
  static void addProduct(
      FloatBlocks blocks,
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
      int cRow) {
    int width = width(blocks, m);
    int panels = (n + width - 1) / width;
    int workers = Math.min(HostThreads.configured(), panels);
    float[][] scratch = new float[workers][];
    HostThreads.run(
        panels,
        workers,
        (panel, worker) -> {
          if (scratch[worker] == null) {
            scratch[worker] = new float[Math.min(k, DEPTH) * width];
          }
          float[] packed = scratch[worker];
          int column = panel * width;
          int own = Math.min(width, n - column);
          for (int first = 0; first < k; first += DEPTH) {
            int depth = Math.min(DEPTH, k - first);
            for (int i = 0; i < depth; i++) {
              System.arraycopy(b, bOffset + (first + i) * bRow + column, packed, i * own, own);
            }
            blocks.multiply(
                m,
                own,
                depth,
                a,
                aOffset + first * aColumn,
                aRow,
                aColumn,
                packed,
                0,
                own,
                c,
                cOffset + column,
                cRow,
                1,
                true);
          }
        });
  }
}
