package org.dl4jext.samediff.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * Products of register tiles: R rows by one, two or four vectors, accumulated over k.
 *
 * <p>The tile of six rows by two vectors is the largest that the JIT compiler of JDK 17 keeps in
 * registers; one accumulator more and the loop runs at half the speed. One running index for A and
 * multiples of its row distance compile to less code than an index for each row.
 */
final class FloatTiles {

  static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  private FloatTiles() {}

  static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, offset);
  }

  static FloatVector broadcast(float x) {
    return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x);
  }

  private static void store(
      FloatVector product, FloatVector factor, float[] c, int offset, boolean accumulate) {
    if (accumulate) {
      product.fma(factor, load(c, offset)).intoArray(c, offset);
    } else {
      product.mul(factor).intoArray(c, offset);
    }
  }

  /** All m rows of 2 vectors of columns. */
  static void strip2(
      int m,
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
      boolean accumulate) {
    int i = 0;
    while (i < m) {
      int left = m - i;
      int x = aOffset + i * aRow;
      int z = cOffset + i * cRow;
      if (left >= 6 && left != 8) {
        tile6x2(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 6;
      } else if (left >= 4) {
        tile4x2(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 4;
      } else if (left >= 2) {
        tile2x2(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 2;
      } else {
        tile1x2(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 1;
      }
    }
  }

  /** All m rows of 1 vector of columns. */
  static void strip1(
      int m,
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
      boolean accumulate) {
    int i = 0;
    while (i < m) {
      int left = m - i;
      int x = aOffset + i * aRow;
      int z = cOffset + i * cRow;
      if (left >= 8) {
        tile8x1(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 8;
      } else if (left >= 4) {
        tile4x1(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 4;
      } else if (left >= 2) {
        tile2x1(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 2;
      } else {
        tile1x1(k, a, x, aRow, aColumn, b, bOffset, bRow, c, z, cRow, alpha, accumulate);
        i += 1;
      }
    }
  }

  private static void tile6x2(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    FloatVector c1a = zero;
    FloatVector c1b = zero;
    FloatVector c2a = zero;
    FloatVector c2b = zero;
    FloatVector c3a = zero;
    FloatVector c3b = zero;
    FloatVector c4a = zero;
    FloatVector c4b = zero;
    FloatVector c5a = zero;
    FloatVector c5b = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      FloatVector b1 = load(b, y + LANES);
      FloatVector s = broadcast(a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      s = broadcast(a[x + aRow]);
      c1a = s.fma(b0, c1a);
      c1b = s.fma(b1, c1b);
      s = broadcast(a[x + 2 * aRow]);
      c2a = s.fma(b0, c2a);
      c2b = s.fma(b1, c2b);
      s = broadcast(a[x + 3 * aRow]);
      c3a = s.fma(b0, c3a);
      c3b = s.fma(b1, c3b);
      s = broadcast(a[x + 4 * aRow]);
      c4a = s.fma(b0, c4a);
      c4b = s.fma(b1, c4b);
      s = broadcast(a[x + 5 * aRow]);
      c5a = s.fma(b0, c5a);
      c5b = s.fma(b1, c5b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0a, factor, c, cOffset, accumulate);
    store(c0b, factor, c, cOffset + LANES, accumulate);
    store(c1a, factor, c, cOffset + cRow, accumulate);
    store(c1b, factor, c, cOffset + cRow + LANES, accumulate);
    store(c2a, factor, c, cOffset + 2 * cRow, accumulate);
    store(c2b, factor, c, cOffset + 2 * cRow + LANES, accumulate);
    store(c3a, factor, c, cOffset + 3 * cRow, accumulate);
    store(c3b, factor, c, cOffset + 3 * cRow + LANES, accumulate);
    store(c4a, factor, c, cOffset + 4 * cRow, accumulate);
    store(c4b, factor, c, cOffset + 4 * cRow + LANES, accumulate);
    store(c5a, factor, c, cOffset + 5 * cRow, accumulate);
    store(c5b, factor, c, cOffset + 5 * cRow + LANES, accumulate);
  }

  private static void tile4x2(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    FloatVector c1a = zero;
    FloatVector c1b = zero;
    FloatVector c2a = zero;
    FloatVector c2b = zero;
    FloatVector c3a = zero;
    FloatVector c3b = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      FloatVector b1 = load(b, y + LANES);
      FloatVector s = broadcast(a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      s = broadcast(a[x + aRow]);
      c1a = s.fma(b0, c1a);
      c1b = s.fma(b1, c1b);
      s = broadcast(a[x + 2 * aRow]);
      c2a = s.fma(b0, c2a);
      c2b = s.fma(b1, c2b);
      s = broadcast(a[x + 3 * aRow]);
      c3a = s.fma(b0, c3a);
      c3b = s.fma(b1, c3b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0a, factor, c, cOffset, accumulate);
    store(c0b, factor, c, cOffset + LANES, accumulate);
    store(c1a, factor, c, cOffset + cRow, accumulate);
    store(c1b, factor, c, cOffset + cRow + LANES, accumulate);
    store(c2a, factor, c, cOffset + 2 * cRow, accumulate);
    store(c2b, factor, c, cOffset + 2 * cRow + LANES, accumulate);
    store(c3a, factor, c, cOffset + 3 * cRow, accumulate);
    store(c3b, factor, c, cOffset + 3 * cRow + LANES, accumulate);
  }

  private static void tile2x2(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    FloatVector c1a = zero;
    FloatVector c1b = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      FloatVector b1 = load(b, y + LANES);
      FloatVector s = broadcast(a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      s = broadcast(a[x + aRow]);
      c1a = s.fma(b0, c1a);
      c1b = s.fma(b1, c1b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0a, factor, c, cOffset, accumulate);
    store(c0b, factor, c, cOffset + LANES, accumulate);
    store(c1a, factor, c, cOffset + cRow, accumulate);
    store(c1b, factor, c, cOffset + cRow + LANES, accumulate);
  }

  private static void tile1x2(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      FloatVector b1 = load(b, y + LANES);
      FloatVector s = broadcast(a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0a, factor, c, cOffset, accumulate);
    store(c0b, factor, c, cOffset + LANES, accumulate);
  }

  private static void tile8x1(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0 = zero;
    FloatVector c1 = zero;
    FloatVector c2 = zero;
    FloatVector c3 = zero;
    FloatVector c4 = zero;
    FloatVector c5 = zero;
    FloatVector c6 = zero;
    FloatVector c7 = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      c0 = broadcast(a[x]).fma(b0, c0);
      c1 = broadcast(a[x + aRow]).fma(b0, c1);
      c2 = broadcast(a[x + 2 * aRow]).fma(b0, c2);
      c3 = broadcast(a[x + 3 * aRow]).fma(b0, c3);
      c4 = broadcast(a[x + 4 * aRow]).fma(b0, c4);
      c5 = broadcast(a[x + 5 * aRow]).fma(b0, c5);
      c6 = broadcast(a[x + 6 * aRow]).fma(b0, c6);
      c7 = broadcast(a[x + 7 * aRow]).fma(b0, c7);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0, factor, c, cOffset, accumulate);
    store(c1, factor, c, cOffset + cRow, accumulate);
    store(c2, factor, c, cOffset + 2 * cRow, accumulate);
    store(c3, factor, c, cOffset + 3 * cRow, accumulate);
    store(c4, factor, c, cOffset + 4 * cRow, accumulate);
    store(c5, factor, c, cOffset + 5 * cRow, accumulate);
    store(c6, factor, c, cOffset + 6 * cRow, accumulate);
    store(c7, factor, c, cOffset + 7 * cRow, accumulate);
  }

  private static void tile4x1(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0 = zero;
    FloatVector c1 = zero;
    FloatVector c2 = zero;
    FloatVector c3 = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      c0 = broadcast(a[x]).fma(b0, c0);
      c1 = broadcast(a[x + aRow]).fma(b0, c1);
      c2 = broadcast(a[x + 2 * aRow]).fma(b0, c2);
      c3 = broadcast(a[x + 3 * aRow]).fma(b0, c3);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0, factor, c, cOffset, accumulate);
    store(c1, factor, c, cOffset + cRow, accumulate);
    store(c2, factor, c, cOffset + 2 * cRow, accumulate);
    store(c3, factor, c, cOffset + 3 * cRow, accumulate);
  }

  private static void tile2x1(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0 = zero;
    FloatVector c1 = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      c0 = broadcast(a[x]).fma(b0, c0);
      c1 = broadcast(a[x + aRow]).fma(b0, c1);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0, factor, c, cOffset, accumulate);
    store(c1, factor, c, cOffset + cRow, accumulate);
  }

  private static void tile1x1(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0 = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      c0 = broadcast(a[x]).fma(b0, c0);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0, factor, c, cOffset, accumulate);
  }

  static void tile1x4(
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
      boolean accumulate) {
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    FloatVector c0c = zero;
    FloatVector c0d = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = load(b, y);
      FloatVector b1 = load(b, y + LANES);
      FloatVector b2 = load(b, y + 2 * LANES);
      FloatVector b3 = load(b, y + 3 * LANES);
      FloatVector s = broadcast(a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      c0c = s.fma(b2, c0c);
      c0d = s.fma(b3, c0d);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(alpha);
    store(c0a, factor, c, cOffset, accumulate);
    store(c0b, factor, c, cOffset + LANES, accumulate);
    store(c0c, factor, c, cOffset + 2 * LANES, accumulate);
    store(c0d, factor, c, cOffset + 3 * LANES, accumulate);
  }
}
