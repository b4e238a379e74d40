package org.dl4jext.samediff.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The inner loops over {@code jdk.incubator.vector}; loaded only where that module is present. */
final class FloatVectorBlocks implements FloatBlocks {

  static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  /** Up to this length, adding the lanes of a vector costs more than it saves (measured). */
  private static final int SCALAR_LENGTH = 64;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public String name() {
    return "vector of " + LANES;
  }

  @Override
  public boolean explicit() {
    return true;
  }

  @Override
  public void multiply(
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
      boolean accumulate) {
    int j = 0;
    for (int bj = bOffset, cj = cOffset; j < n; bj = bOffset + j, cj = cOffset + j) {
      if (m == 1 && j + 4 * LANES <= n) {
        FloatTiles.tile1x4(
            k, a, aOffset, aRow, aColumn, b, bj, bRow, c, cj, cRow, alpha, accumulate);
        j += 4 * LANES;
      } else if (j + 2 * LANES <= n) {
        FloatTiles.strip2(
            m, k, a, aOffset, aRow, aColumn, b, bj, bRow, c, cj, cRow, alpha, accumulate);
        j += 2 * LANES;
      } else if (j + LANES <= n) {
        FloatTiles.strip1(
            m, k, a, aOffset, aRow, aColumn, b, bj, bRow, c, cj, cRow, alpha, accumulate);
        j += LANES;
      } else {
        columns(
            m, n - j, k, a, aOffset, aRow, aColumn, b, bj, bRow, c, cj, cRow, alpha, accumulate);
        j = n;
      }
    }
  }

  /** Fewer columns than a vector has lanes, one element at a time. */
  private static void columns(
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
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        int x = aOffset + i * aRow;
        int y = bOffset + j;
        for (int l = 0; l < k; l++) {
          sum = Math.fma(a[x], b[y], sum);
          x += aColumn;
          y += bRow;
        }
        int z = cOffset + i * cRow + j;
        c[z] = accumulate ? Math.fma(sum, alpha, c[z]) : sum * alpha;
      }
    }
  }

  static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, offset);
  }

  static FloatVector broadcast(float x) {
    return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x);
  }

  @Override
  public void substitute(
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
    int rows = FloatSubstitution.ROWS;
    int wide = n / (2 * LANES) * (2 * LANES);
    for (int i = 0; i < m; i += rows) {
      int block = Math.min(rows, m - i);
      int ai = aOffset + i * aRow;
      int ri = rOffset + i * rRow;
      int ui = uOffset + i * uRow;
      int si = scaleOffset + i * scaleStep;
      if (i > 0) {
        multiply(block, n, i, a, ai, aRow, aColumn, u, uOffset, uRow, r, ri, rRow, -1, true);
      }
      int diagonal = ai + i * aColumn;
      int j = 0;
      if (block == rows) {
        for (; j < wide; j += 2 * LANES) {
          FloatSubstitution.block2(
              a, diagonal, aRow, aColumn, scale, si, scaleStep, r, ri + j, rRow, u, ui + j, uRow);
        }
      }
      if (j < n) {
        FloatSubstitution.rows(
            this, block, n - j, a, diagonal, aRow, aColumn, scale, si, scaleStep, r, ri + j, rRow,
            u, ui + j, uRow);
      }
    }
  }

  @Override
  public float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
    if (n <= SCALAR_LENGTH) {
      return scalarDot(n, x, xOffset, y, yOffset);
    }
    FloatVector sum = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      sum = load(x, xOffset + i).fma(load(y, yOffset + i), sum);
    }
    float total = i == 0 ? 0 : sum.reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      total = Math.fma(x[xOffset + i], y[yOffset + i], total);
    }
    return total;
  }

  private static float scalarDot(int n, float[] x, int xOffset, float[] y, int yOffset) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      a = Math.fma(x[xOffset + i], y[yOffset + i], a);
      b = Math.fma(x[xOffset + i + 1], y[yOffset + i + 1], b);
      c = Math.fma(x[xOffset + i + 2], y[yOffset + i + 2], c);
      d = Math.fma(x[xOffset + i + 3], y[yOffset + i + 3], d);
    }
    for (; i < n; i++) {
      a = Math.fma(x[xOffset + i], y[yOffset + i], a);
    }
    return (a + b) + (c + d);
  }

  @Override
  public void scale(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
    FloatVector factor = broadcast(alpha);
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      load(x, xOffset + i).mul(factor).intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = x[xOffset + i] * alpha;
    }
  }

  @Override
  public void addScaled(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
    FloatVector factor = broadcast(alpha);
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      load(x, xOffset + i).fma(factor, load(y, yOffset + i)).intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = Math.fma(x[xOffset + i], alpha, y[yOffset + i]);
    }
  }

  @Override
  public void times(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      load(x, xOffset + i).mul(load(y, yOffset + i)).intoArray(z, zOffset + i);
    }
    for (; i < n; i++) {
      z[zOffset + i] = x[xOffset + i] * y[yOffset + i];
    }
  }

  @Override
  public void addTimes(
      int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      load(x, xOffset + i)
          .fma(load(y, yOffset + i), load(z, zOffset + i))
          .intoArray(z, zOffset + i);
    }
    for (; i < n; i++) {
      z[zOffset + i] = Math.fma(x[xOffset + i], y[yOffset + i], z[zOffset + i]);
    }
  }

  @Override
  public void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatFunctions.exp(load(x, xOffset + i)).intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = FloatMath.exp(x[xOffset + i]);
    }
  }

  @Override
  public void softplus(int n, float[] x, int xOffset, float[] y, int yOffset) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatFunctions.softplus(load(x, xOffset + i)).intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = FloatMath.softplus(x[xOffset + i]);
    }
  }

  @Override
  public void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatFunctions.sigmoid(load(x, xOffset + i)).intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = FloatMath.sigmoid(x[xOffset + i]);
    }
  }

  @Override
  public void silu(int n, float[] x, int xOffset, float[] y, int yOffset) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = load(x, xOffset + i);
      FloatFunctions.sigmoid(value).mul(value).intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      float value = x[xOffset + i];
      y[yOffset + i] = value * FloatMath.sigmoid(value);
    }
  }

  @Override
  public void siluGradient(int n, float[] x, int xOffset, float[] d, int dOffset) {
    FloatVector one = broadcast(1);
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = load(x, xOffset + i);
      FloatVector s = FloatFunctions.sigmoid(value);
      FloatVector slope = one.sub(s).fma(value, one).mul(s);
      load(d, dOffset + i).mul(slope).intoArray(d, dOffset + i);
    }
    for (; i < n; i++) {
      float value = x[xOffset + i];
      float s = FloatMath.sigmoid(value);
      d[dOffset + i] *= s * (1 + value * (1 - s));
    }
  }
}
