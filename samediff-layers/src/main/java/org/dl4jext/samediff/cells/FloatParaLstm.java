package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.kernel.FloatBlocks;

/** {@link ParaLstmStep} on parts of Java arrays: gates f, o and the candidate. */
final class FloatParaLstm extends FloatParaCell {

  FloatParaLstm(FloatBlocks blocks) {
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
    int o = zOffset + gate;
    int t = o + gate;
    for (int e = 0; e < n; e++) {
      float before = h[hOffset + e];
      z[zOffset + e] += w[first + e] * before + w[3 * gate + first + e] * c[cOffset + e];
      z[o + e] += w[gate + first + e] * before;
      z[t + e] += w[2 * gate + first + e] * before;
    }
    blocks.sigmoid(n, z, zOffset, z, zOffset);
    tanh(n, z, t);
    for (int e = 0; e < n; e++) {
      float f = z[zOffset + e];
      float now = f * c[cOffset + e] + (1 - f) * z[t + e];
      cAfter[cAfterOffset + e] = now;
      hAfter[hAfterOffset + e] = now;
      z[o + e] += w[4 * gate + first + e] * now;
    }
    blocks.sigmoid(n, z, o, z, o);
    tanh(n, hAfter, hAfterOffset);
    for (int e = 0; e < n; e++) {
      hAfter[hAfterOffset + e] *= z[o + e];
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
      float f = z[zOffset + e];
      float t = z[zOffset + 2 * gate + e];
      float now = cNow[cNowOffset + e];
      float pre = p[pOffset + gate + e] + w[gate + first + e] * h[hOffset + e];
      float o = CellMath.sigmoid(pre + w[4 * gate + first + e] * now);
      float tanh = CellMath.tanh(now);
      float df = f * (1 - f) * (c[cOffset + e] - t);
      float cc = df * w[3 * gate + first + e] + f;
      float ch = df * w[first + e] + (1 - f) * (1 - t * t) * w[2 * gate + first + e];
      float slope = o * (1 - o) * tanh;
      float through = slope * w[4 * gate + first + e] + o * (1 - tanh * tanh);
      j[jOffset + e] = slope * w[gate + first + e] + ch * through;
      j[jOffset + gate + e] = cc * through;
      j[jOffset + 2 * gate + e] = ch;
      j[jOffset + 3 * gate + e] = cc;
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
    int t = zOffset + 2 * gate;
    for (int e = 0; e < n; e++) {
      float f = z[zOffset + e];
      cAfter[cAfterOffset + e] = f * c[cOffset + e] + (1 - f) * z[t + e];
    }
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
    int oOffset = zOffset + gate;
    int tOffset = oOffset + gate;
    for (int e = 0; e < n; e++) {
      float before = h[hOffset + e];
      float past = c[cOffset + e];
      float now = cAfter[cAfterOffset + e];
      float tanh = CellMath.tanh(now);
      float f = z[zOffset + e];
      float o = z[oOffset + e];
      float t = z[tOffset + e];
      int af = first + e;
      int ao = af + gate;
      int at = ao + gate;
      int cf = at + gate;
      int co = cf + gate;
      float d = dh[dhOffset + e];
      float dO = d * tanh * o * (1 - o);
      float dNow = dc[dcOffset + e] + d * o * (1 - tanh * tanh) + dO * w[co];
      float df = dNow * (past - t) * f * (1 - f);
      float dt = dNow * (1 - f) * (1 - t * t);
      z[zOffset + e] = df;
      z[oOffset + e] = dO;
      z[tOffset + e] = dt;
      dw[af] += df * before;
      dw[ao] += dO * before;
      dw[at] += dt * before;
      dw[cf] += df * past;
      dw[co] += dO * now;
      dh[dhOffset + e] = df * w[af] + dO * w[ao] + dt * w[at];
      dc[dcOffset + e] = dNow * f + df * w[cf];
    }
  }
}
