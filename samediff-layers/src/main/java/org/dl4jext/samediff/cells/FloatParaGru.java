package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.kernel.FloatBlocks;

/** {@link ParaGruStep} on parts of Java arrays: gates z, r, c. */
final class FloatParaGru extends FloatParaCell {

  FloatParaGru(FloatBlocks blocks) {
    super(blocks);
  }

  @Override
  void forward(
      int n,
      int first,
      float[] z,
      int zOffset,
      int gate,
      float[] h,
      int hOffset,
      float[] c,
      int cOffset,
      float[] hAfter,
      int hAfterOffset,
      float[] cAfter,
      int cAfterOffset) {
    int r = zOffset + gate;
    int t = r + gate;
    for (int e = 0; e < n; e++) {
      z[zOffset + e] += w[first + e] * h[hOffset + e];
      z[r + e] += w[gate + first + e] * h[hOffset + e];
    }
    blocks.sigmoid(n, z, zOffset, z, zOffset);
    blocks.sigmoid(n, z, r, z, r);
    for (int e = 0; e < n; e++) {
      z[t + e] += w[2 * gate + first + e] * h[hOffset + e] * z[r + e];
    }
    tanh(n, z, t);
    for (int e = 0; e < n; e++) {
      float before = h[hOffset + e];
      hAfter[hAfterOffset + e] = before + z[zOffset + e] * (z[t + e] - before);
    }
  }

  @Override
  void jacobian(
      int n,
      int first,
      float[] p,
      int pOffset,
      float[] z,
      int zOffset,
      int gate,
      float[] h,
      int hOffset,
      float[] c,
      int cOffset,
      float[] cNow,
      int cNowOffset,
      float[] j,
      int jOffset) {
    for (int e = 0; e < n; e++) {
      float before = h[hOffset + e];
      float u = z[zOffset + e];
      float r = z[zOffset + gate + e];
      float t = z[zOffset + 2 * gate + e];
      float inner = r + before * r * (1 - r) * w[gate + first + e];
      float throughT = u * (1 - t * t) * w[2 * gate + first + e] * inner;
      j[jOffset + e] = 1 - u + (t - before) * u * (1 - u) * w[first + e] + throughT;
    }
  }

  @Override
  void replay(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] c,
      int cOffset,
      float[] cAfter,
      int cAfterOffset) {
    throw new IllegalStateException("a GRU has no c");
  }

  @Override
  void backward(
      int n,
      int first,
      float[] z,
      int zOffset,
      int gate,
      float[] h,
      int hOffset,
      float[] c,
      int cOffset,
      float[] cAfter,
      int cAfterOffset,
      float[] dh,
      int dhOffset,
      float[] dc,
      int dcOffset,
      float[] dw) {
    int rOffset = zOffset + gate;
    int tOffset = rOffset + gate;
    for (int e = 0; e < n; e++) {
      float before = h[hOffset + e];
      float u = z[zOffset + e];
      float r = z[rOffset + e];
      float t = z[tOffset + e];
      float d = dh[dhOffset + e];
      int az = first + e;
      int ar = az + gate;
      int at = ar + gate;
      float du = d * (t - before) * u * (1 - u);
      float dt = d * u * (1 - t * t);
      float dr = dt * w[at] * before * r * (1 - r);
      z[zOffset + e] = du;
      z[rOffset + e] = dr;
      z[tOffset + e] = dt;
      dw[az] += du * before;
      dw[ar] += dr * before;
      dw[at] += dt * before * r;
      dh[dhOffset + e] = d * (1 - u) + du * w[az] + dr * w[ar] + dt * w[at] * r;
    }
  }
}
