package org.dl4jext.samediff.kernel;

/**
 * A product whose B is copied into panels of two vectors, so that the inner loop reads memory in
 * order. The longer side of C is divided among threads; no element depends on how.
 */
final class FloatPackedProduct implements FloatProduct {

  /** Length of a panel: panel and rows of A stay in the first-level cache. */
  private static final int DEPTH = 256;

  /** Rows of a transposed A that are copied at once. */
  private static final int ROWS = 96;

  /** Rows up to which packing costs more than it saves. */
  private static final int FEW_ROWS = 8;

  private static final long SERIAL_WORK = 1 << 20;

  private final FloatBlocks blocks;
  private final int threads;
  private final int width;
  private final Scratch[] scratch;

  FloatPackedProduct(FloatBlocks blocks, int threads) {
    this.blocks = blocks;
    this.threads = threads;
    width = 2 * blocks.lanes();
    scratch = new Scratch[threads];
  }

  private static final class Scratch {
    float[] panels = new float[0];
    float[] rows = new float[0];
    float[] tile = new float[0];
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
    if (m <= FEW_ROWS && bColumn == 1) {
      blocks.multiply(m, n, k, a, 0, aRow, aColumn, b, 0, bRow, c, 0, cRow, 1, accumulate);
      return;
    }
    boolean byRows = m >= n;
    int unit = byRows ? 6 : width;
    int units = ((byRows ? m : n) + unit - 1) / unit;
    int parts = (long) m * n * k < SERIAL_WORK ? 1 : Math.min(threads, units);
    HostThreads.run(
        parts,
        parts,
        (part, worker) -> {
          int from = (int) ((long) units * part / parts) * unit;
          int to = (int) ((long) units * (part + 1) / parts) * unit;
          if (byRows) {
            part(
                worker,
                from,
                Math.min(m, to),
                0,
                n,
                k,
                a,
                aRow,
                aColumn,
                b,
                bRow,
                bColumn,
                c,
                cRow,
                accumulate);
          } else {
            part(
                worker,
                0,
                m,
                from,
                Math.min(n, to),
                k,
                a,
                aRow,
                aColumn,
                b,
                bRow,
                bColumn,
                c,
                cRow,
                accumulate);
          }
        });
  }

  private void part(
      int worker,
      int top,
      int bottom,
      int left,
      int right,
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
    if (scratch[worker] == null) {
      scratch[worker] = new Scratch();
    }
    Scratch s = scratch[worker];
    int panels = (right - left + width - 1) / width;
    for (int l = 0; l < k || l == 0; l += DEPTH) {
      int depth = Math.min(DEPTH, k - l);
      s.panels = FloatHostArrays.ensure(s.panels, (long) panels * width * depth);
      pack(s.panels, left, right, l, depth, b, bRow, bColumn);
      boolean add = accumulate || l > 0;
      for (int i = top; i < bottom; i += ROWS) {
        int rows = Math.min(ROWS, bottom - i);
        int aOffset = i * aRow + l * aColumn;
        if (aColumn == 1) {
          rows(s, i, rows, left, right, depth, a, aOffset, aRow, c, cRow, add);
        } else {
          s.rows = FloatHostArrays.ensure(s.rows, (long) ROWS * DEPTH);
          blocks.transpose(depth, rows, a, aOffset, aColumn, s.rows, 0, depth);
          rows(s, i, rows, left, right, depth, s.rows, 0, depth, c, cRow, add);
        }
      }
    }
  }

  /** Columns left .. right of some rows of C. */
  private void rows(
      Scratch s,
      int row,
      int rows,
      int left,
      int right,
      int depth,
      float[] a,
      int aOffset,
      int aRow,
      float[] c,
      int cRow,
      boolean add) {
    for (int j = left, panel = 0; j < right; j += width, panel += width * depth) {
      int columns = Math.min(width, right - j);
      int to = row * cRow + j;
      if (columns == width) {
        blocks.multiply(
            rows, width, depth, a, aOffset, aRow, 1, s.panels, panel, width, c, to, cRow, 1, add);
        continue;
      }
      s.tile = FloatHostArrays.ensure(s.tile, (long) ROWS * width);
      blocks.multiply(
          rows, width, depth, a, aOffset, aRow, 1, s.panels, panel, width, s.tile, 0, width, 1,
          false);
      for (int i = 0; i < rows; i++) {
        int at = to + i * cRow;
        if (add) {
          blocks.addScaled(columns, 1, s.tile, i * width, c, at);
        } else {
          System.arraycopy(s.tile, i * width, c, at, columns);
        }
      }
    }
  }

  private void pack(
      float[] panels, int left, int right, int from, int depth, float[] b, int bRow, int bColumn) {
    for (int j = left, to = 0; j < right; j += width, to += width * depth) {
      int columns = Math.min(width, right - j);
      int at = from * bRow + j * bColumn;
      if (bColumn == 1) {
        for (int l = 0; l < depth; l++) {
          System.arraycopy(b, at + l * bRow, panels, to + l * width, columns);
        }
      } else {
        blocks.transpose(columns, depth, b, at, bColumn, panels, to, width);
      }
    }
  }
}
