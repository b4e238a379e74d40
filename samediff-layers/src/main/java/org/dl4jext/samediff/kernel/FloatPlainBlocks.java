package org.dl4jext.samediff.kernel;

import java.util.Arrays;

/** The inner loops in plain Java, written so that the JIT compiler vectorises them. */
final class FloatPlainBlocks implements FloatBlocks {

  private static final int LANES = 4;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public boolean explicit() {
    return false;
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
    for (int i = 0; i < m; i++) {
      int row = cOffset + i * cRow;
      if (!accumulate) {
        Arrays.fill(c, row, row + n, 0);
      }
      int x = aOffset + i * aRow;
      int y = bOffset;
      int l = 0;
      for (; l + 4 <= k; l += 4) {
        add4(
            n,
            alpha * a[x],
            alpha * a[x + aColumn],
            alpha * a[x + 2 * aColumn],
            alpha * a[x + 3 * aColumn],
            b,
            y,
            bRow,
            c,
            row);
        x += 4 * aColumn;
        y += 4 * bRow;
      }
      for (; l < k; l++) {
        addScaled(n, alpha * a[x], b, y, c, row);
        x += aColumn;
        y += bRow;
      }
    }
  }

  private static void add4(
      int n,
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
      int cOffset) {
    int b1 = bOffset + bRow;
    int b2 = b1 + bRow;
    int b3 = b2 + bRow;
    for (int j = 0; j < n; j++) {
      c[cOffset + j] =
          c[cOffset + j] + a0 * b[bOffset + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
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
    for (int i = 0; i < m; i++) {
      int row = rOffset + i * rRow;
      multiply(
          1, n, i, a, aOffset + i * aRow, aRow, aColumn, u, uOffset, uRow, r, row, rRow, -1, true);
      scale(n, scale[scaleOffset + i * scaleStep], r, row, u, uOffset + i * uRow);
    }
  }

  @Override
  public float dot(int n, float[] x, int xOffset, float[] y, int yOffset) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      s0 += x[xOffset + i] * y[yOffset + i];
      s1 += x[xOffset + i + 1] * y[yOffset + i + 1];
      s2 += x[xOffset + i + 2] * y[yOffset + i + 2];
      s3 += x[xOffset + i + 3] * y[yOffset + i + 3];
    }
    for (; i < n; i++) {
      s0 += x[xOffset + i] * y[yOffset + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void scale(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = alpha * x[xOffset + i];
    }
  }

  @Override
  public void addScaled(int n, float alpha, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] += alpha * x[xOffset + i];
    }
  }

  @Override
  public void times(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    for (int i = 0; i < n; i++) {
      z[zOffset + i] = x[xOffset + i] * y[yOffset + i];
    }
  }

  @Override
  public void addTimes(
      int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    for (int i = 0; i < n; i++) {
      z[zOffset + i] += x[xOffset + i] * y[yOffset + i];
    }
  }

  @Override
  public void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = FloatMath.exp(x[xOffset + i]);
    }
  }

  @Override
  public void softplus(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = FloatMath.softplus(x[xOffset + i]);
    }
  }

  @Override
  public void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = FloatMath.sigmoid(x[xOffset + i]);
    }
  }

  @Override
  public void silu(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      float value = x[xOffset + i];
      y[yOffset + i] = value * FloatMath.sigmoid(value);
    }
  }

  @Override
  public void siluGradient(int n, float[] x, int xOffset, float[] d, int dOffset) {
    for (int i = 0; i < n; i++) {
      float value = x[xOffset + i];
      float s = FloatMath.sigmoid(value);
      d[dOffset + i] *= s * (1 + value * (1 - s));
    }
  }
}
