package org.dl4jext.samediff.kernel;

import static jdk.incubator.vector.FloatVector.SPECIES_PREFERRED;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Products of register tiles: R rows by one, two or four vectors, accumulated over k.
 *
 * <p>The tile of six rows by two vectors is the largest that the JIT compiler of JDK 17 keeps in
 * registers; one accumulator more and the loop runs at half the speed. One running index for A and
 * multiples of its row distance compile to less code than an index for each row. The tiles call the
 * vector module directly: in methods of this size the compiler no longer inlines other calls, and
 * allocates the vectors that they return. For the same reason they are written out one by one.
 */
final class FloatTiles {

  private static final int LANES = SPECIES_PREFERRED.length();

  private FloatTiles() {}

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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
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
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      FloatVector b1 = fromArray(SPECIES_PREFERRED, b, y + LANES);
      FloatVector s = broadcast(SPECIES_PREFERRED, a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      s = broadcast(SPECIES_PREFERRED, a[x + aRow]);
      c1a = s.fma(b0, c1a);
      c1b = s.fma(b1, c1b);
      s = broadcast(SPECIES_PREFERRED, a[x + 2 * aRow]);
      c2a = s.fma(b0, c2a);
      c2b = s.fma(b1, c2b);
      s = broadcast(SPECIES_PREFERRED, a[x + 3 * aRow]);
      c3a = s.fma(b0, c3a);
      c3b = s.fma(b1, c3b);
      s = broadcast(SPECIES_PREFERRED, a[x + 4 * aRow]);
      c4a = s.fma(b0, c4a);
      c4b = s.fma(b1, c4b);
      s = broadcast(SPECIES_PREFERRED, a[x + 5 * aRow]);
      c5a = s.fma(b0, c5a);
      c5b = s.fma(b1, c5b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
      c0b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + LANES))
          .intoArray(c, cOffset + LANES);
      c1a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + cRow)).intoArray(c, cOffset + cRow);
      c1b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + cRow + LANES))
          .intoArray(c, cOffset + cRow + LANES);
      c2a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * cRow))
          .intoArray(c, cOffset + 2 * cRow);
      c2b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * cRow + LANES))
          .intoArray(c, cOffset + 2 * cRow + LANES);
      c3a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * cRow))
          .intoArray(c, cOffset + 3 * cRow);
      c3b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * cRow + LANES))
          .intoArray(c, cOffset + 3 * cRow + LANES);
      c4a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 4 * cRow))
          .intoArray(c, cOffset + 4 * cRow);
      c4b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 4 * cRow + LANES))
          .intoArray(c, cOffset + 4 * cRow + LANES);
      c5a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 5 * cRow))
          .intoArray(c, cOffset + 5 * cRow);
      c5b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 5 * cRow + LANES))
          .intoArray(c, cOffset + 5 * cRow + LANES);
    } else {
      c0a.mul(factor).intoArray(c, cOffset);
      c0b.mul(factor).intoArray(c, cOffset + LANES);
      c1a.mul(factor).intoArray(c, cOffset + cRow);
      c1b.mul(factor).intoArray(c, cOffset + cRow + LANES);
      c2a.mul(factor).intoArray(c, cOffset + 2 * cRow);
      c2b.mul(factor).intoArray(c, cOffset + 2 * cRow + LANES);
      c3a.mul(factor).intoArray(c, cOffset + 3 * cRow);
      c3b.mul(factor).intoArray(c, cOffset + 3 * cRow + LANES);
      c4a.mul(factor).intoArray(c, cOffset + 4 * cRow);
      c4b.mul(factor).intoArray(c, cOffset + 4 * cRow + LANES);
      c5a.mul(factor).intoArray(c, cOffset + 5 * cRow);
      c5b.mul(factor).intoArray(c, cOffset + 5 * cRow + LANES);
    }
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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
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
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      FloatVector b1 = fromArray(SPECIES_PREFERRED, b, y + LANES);
      FloatVector s = broadcast(SPECIES_PREFERRED, a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      s = broadcast(SPECIES_PREFERRED, a[x + aRow]);
      c1a = s.fma(b0, c1a);
      c1b = s.fma(b1, c1b);
      s = broadcast(SPECIES_PREFERRED, a[x + 2 * aRow]);
      c2a = s.fma(b0, c2a);
      c2b = s.fma(b1, c2b);
      s = broadcast(SPECIES_PREFERRED, a[x + 3 * aRow]);
      c3a = s.fma(b0, c3a);
      c3b = s.fma(b1, c3b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
      c0b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + LANES))
          .intoArray(c, cOffset + LANES);
      c1a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + cRow)).intoArray(c, cOffset + cRow);
      c1b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + cRow + LANES))
          .intoArray(c, cOffset + cRow + LANES);
      c2a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * cRow))
          .intoArray(c, cOffset + 2 * cRow);
      c2b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * cRow + LANES))
          .intoArray(c, cOffset + 2 * cRow + LANES);
      c3a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * cRow))
          .intoArray(c, cOffset + 3 * cRow);
      c3b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * cRow + LANES))
          .intoArray(c, cOffset + 3 * cRow + LANES);
    } else {
      c0a.mul(factor).intoArray(c, cOffset);
      c0b.mul(factor).intoArray(c, cOffset + LANES);
      c1a.mul(factor).intoArray(c, cOffset + cRow);
      c1b.mul(factor).intoArray(c, cOffset + cRow + LANES);
      c2a.mul(factor).intoArray(c, cOffset + 2 * cRow);
      c2b.mul(factor).intoArray(c, cOffset + 2 * cRow + LANES);
      c3a.mul(factor).intoArray(c, cOffset + 3 * cRow);
      c3b.mul(factor).intoArray(c, cOffset + 3 * cRow + LANES);
    }
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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      FloatVector b1 = fromArray(SPECIES_PREFERRED, b, y + LANES);
      FloatVector s = broadcast(SPECIES_PREFERRED, a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
      c0b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + LANES))
          .intoArray(c, cOffset + LANES);
    } else {
      c0a.mul(factor).intoArray(c, cOffset);
      c0b.mul(factor).intoArray(c, cOffset + LANES);
    }
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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
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
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      c0 = broadcast(SPECIES_PREFERRED, a[x]).fma(b0, c0);
      c1 = broadcast(SPECIES_PREFERRED, a[x + aRow]).fma(b0, c1);
      c2 = broadcast(SPECIES_PREFERRED, a[x + 2 * aRow]).fma(b0, c2);
      c3 = broadcast(SPECIES_PREFERRED, a[x + 3 * aRow]).fma(b0, c3);
      c4 = broadcast(SPECIES_PREFERRED, a[x + 4 * aRow]).fma(b0, c4);
      c5 = broadcast(SPECIES_PREFERRED, a[x + 5 * aRow]).fma(b0, c5);
      c6 = broadcast(SPECIES_PREFERRED, a[x + 6 * aRow]).fma(b0, c6);
      c7 = broadcast(SPECIES_PREFERRED, a[x + 7 * aRow]).fma(b0, c7);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
      c1.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + cRow)).intoArray(c, cOffset + cRow);
      c2.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * cRow))
          .intoArray(c, cOffset + 2 * cRow);
      c3.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * cRow))
          .intoArray(c, cOffset + 3 * cRow);
      c4.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 4 * cRow))
          .intoArray(c, cOffset + 4 * cRow);
      c5.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 5 * cRow))
          .intoArray(c, cOffset + 5 * cRow);
      c6.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 6 * cRow))
          .intoArray(c, cOffset + 6 * cRow);
      c7.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 7 * cRow))
          .intoArray(c, cOffset + 7 * cRow);
    } else {
      c0.mul(factor).intoArray(c, cOffset);
      c1.mul(factor).intoArray(c, cOffset + cRow);
      c2.mul(factor).intoArray(c, cOffset + 2 * cRow);
      c3.mul(factor).intoArray(c, cOffset + 3 * cRow);
      c4.mul(factor).intoArray(c, cOffset + 4 * cRow);
      c5.mul(factor).intoArray(c, cOffset + 5 * cRow);
      c6.mul(factor).intoArray(c, cOffset + 6 * cRow);
      c7.mul(factor).intoArray(c, cOffset + 7 * cRow);
    }
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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
    FloatVector c0 = zero;
    FloatVector c1 = zero;
    FloatVector c2 = zero;
    FloatVector c3 = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      c0 = broadcast(SPECIES_PREFERRED, a[x]).fma(b0, c0);
      c1 = broadcast(SPECIES_PREFERRED, a[x + aRow]).fma(b0, c1);
      c2 = broadcast(SPECIES_PREFERRED, a[x + 2 * aRow]).fma(b0, c2);
      c3 = broadcast(SPECIES_PREFERRED, a[x + 3 * aRow]).fma(b0, c3);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
      c1.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + cRow)).intoArray(c, cOffset + cRow);
      c2.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * cRow))
          .intoArray(c, cOffset + 2 * cRow);
      c3.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * cRow))
          .intoArray(c, cOffset + 3 * cRow);
    } else {
      c0.mul(factor).intoArray(c, cOffset);
      c1.mul(factor).intoArray(c, cOffset + cRow);
      c2.mul(factor).intoArray(c, cOffset + 2 * cRow);
      c3.mul(factor).intoArray(c, cOffset + 3 * cRow);
    }
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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
    FloatVector c0 = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      c0 = broadcast(SPECIES_PREFERRED, a[x]).fma(b0, c0);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
    } else {
      c0.mul(factor).intoArray(c, cOffset);
    }
  }

  /** One row of 4 vectors of columns. */
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
    FloatVector zero = FloatVector.zero(SPECIES_PREFERRED);
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    FloatVector c0c = zero;
    FloatVector c0d = zero;
    int x = aOffset;
    int y = bOffset;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES_PREFERRED, b, y);
      FloatVector b1 = fromArray(SPECIES_PREFERRED, b, y + LANES);
      FloatVector b2 = fromArray(SPECIES_PREFERRED, b, y + 2 * LANES);
      FloatVector b3 = fromArray(SPECIES_PREFERRED, b, y + 3 * LANES);
      FloatVector s = broadcast(SPECIES_PREFERRED, a[x]);
      c0a = s.fma(b0, c0a);
      c0b = s.fma(b1, c0b);
      c0c = s.fma(b2, c0c);
      c0d = s.fma(b3, c0d);
      x += aColumn;
      y += bRow;
    }
    FloatVector factor = broadcast(SPECIES_PREFERRED, alpha);
    if (accumulate) {
      c0a.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset)).intoArray(c, cOffset);
      c0b.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + LANES))
          .intoArray(c, cOffset + LANES);
      c0c.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 2 * LANES))
          .intoArray(c, cOffset + 2 * LANES);
      c0d.fma(factor, fromArray(SPECIES_PREFERRED, c, cOffset + 3 * LANES))
          .intoArray(c, cOffset + 3 * LANES);
    } else {
      c0a.mul(factor).intoArray(c, cOffset);
      c0b.mul(factor).intoArray(c, cOffset + LANES);
      c0c.mul(factor).intoArray(c, cOffset + 2 * LANES);
      c0d.mul(factor).intoArray(c, cOffset + 3 * LANES);
    }
  }
}
