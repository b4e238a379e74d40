package org.dl4jext.samediff.kernel;

/** Transposition in strips of eight rows: each cache line is written whole. */
final class FloatTransposition {

  private static final int STRIP = 8;

  private FloatTransposition() {}

  static void transpose(
      int rows, int columns, float[] x, int xOffset, int xRow, float[] t, int tOffset, int tRow) {
    int i = 0;
    for (; i + STRIP <= rows; i += STRIP) {
      strip(columns, x, xOffset + i * xRow, xRow, t, tOffset + i, tRow);
    }
    for (; i < rows; i++) {
      int from = xOffset + i * xRow;
      for (int j = 0; j < columns; j++) {
        t[tOffset + j * tRow + i] = x[from + j];
      }
    }
  }

  private static void strip(
      int columns, float[] x, int xOffset, int xRow, float[] t, int tOffset, int tRow) {
    int to = tOffset;
    for (int j = xOffset; j < xOffset + columns; j++) {
      t[to] = x[j];
      t[to + 1] = x[j + xRow];
      t[to + 2] = x[j + 2 * xRow];
      t[to + 3] = x[j + 3 * xRow];
      t[to + 4] = x[j + 4 * xRow];
      t[to + 5] = x[j + 5 * xRow];
      t[to + 6] = x[j + 6 * xRow];
      t[to + 7] = x[j + 7 * xRow];
      to += tRow;
    }
  }
}
