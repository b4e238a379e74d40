package org.dl4jext.samediff.kernel;

import static org.dl4jext.samediff.kernel.FloatVectorBlocks.broadcast;
import static org.dl4jext.samediff.kernel.FloatVectorBlocks.load;

import jdk.incubator.vector.FloatVector;

/** Substitution inside one diagonal block of four rows, held in registers. */
final class FloatSubstitution {

  /** Rows of a block. */
  static final int ROWS = 4;

  private FloatSubstitution() {}

  /** Four rows, two vectors of columns. */
  static void block2(
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
      int uRow) {
    int lanes = FloatVectorBlocks.LANES;
    FloatVector s = broadcast(scale[scaleOffset]);
    FloatVector u0a = load(r, rOffset).mul(s);
    FloatVector u0b = load(r, rOffset + lanes).mul(s);
    u0a.intoArray(u, uOffset);
    u0b.intoArray(u, uOffset + lanes);

    int row = aOffset + aRow;
    int ri = rOffset + rRow;
    int ui = uOffset + uRow;
    FloatVector x = broadcast(-a[row]);
    FloatVector r1a = x.fma(u0a, load(r, ri));
    FloatVector r1b = x.fma(u0b, load(r, ri + lanes));
    r1a.intoArray(r, ri);
    r1b.intoArray(r, ri + lanes);
    s = broadcast(scale[scaleOffset + scaleStep]);
    FloatVector u1a = r1a.mul(s);
    FloatVector u1b = r1b.mul(s);
    u1a.intoArray(u, ui);
    u1b.intoArray(u, ui + lanes);

    row += aRow;
    ri += rRow;
    ui += uRow;
    x = broadcast(-a[row]);
    FloatVector y = broadcast(-a[row + aColumn]);
    FloatVector r2a = y.fma(u1a, x.fma(u0a, load(r, ri)));
    FloatVector r2b = y.fma(u1b, x.fma(u0b, load(r, ri + lanes)));
    r2a.intoArray(r, ri);
    r2b.intoArray(r, ri + lanes);
    s = broadcast(scale[scaleOffset + 2 * scaleStep]);
    FloatVector u2a = r2a.mul(s);
    FloatVector u2b = r2b.mul(s);
    u2a.intoArray(u, ui);
    u2b.intoArray(u, ui + lanes);

    row += aRow;
    ri += rRow;
    ui += uRow;
    x = broadcast(-a[row]);
    y = broadcast(-a[row + aColumn]);
    FloatVector z = broadcast(-a[row + 2 * aColumn]);
    FloatVector r3a = z.fma(u2a, y.fma(u1a, x.fma(u0a, load(r, ri))));
    FloatVector r3b = z.fma(u2b, y.fma(u1b, x.fma(u0b, load(r, ri + lanes))));
    r3a.intoArray(r, ri);
    r3b.intoArray(r, ri + lanes);
    s = broadcast(scale[scaleOffset + 3 * scaleStep]);
    r3a.mul(s).intoArray(u, ui);
    r3b.mul(s).intoArray(u, ui + lanes);
  }

  /** Any number of rows and columns, one row after the other. */
  static void rows(
      FloatBlocks blocks,
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
      int uRow) {
    for (int i = 0; i < m; i++) {
      int ri = rOffset + i * rRow;
      if (i > 0) {
        blocks.multiply(
            1, n, i, a, aOffset + i * aRow, aRow, aColumn, u, uOffset, uRow, r, ri, rRow, -1, true);
      }
      blocks.scale(n, scale[scaleOffset + i * scaleStep], r, ri, u, uOffset + i * uRow);
    }
  }
}
