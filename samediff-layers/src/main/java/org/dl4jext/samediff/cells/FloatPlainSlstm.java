package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.CellMath.exp;
import static org.dl4jext.samediff.cells.CellMath.logSigmoid;
import static org.dl4jext.samediff.cells.CellMath.sigmoid;
import static org.dl4jext.samediff.cells.CellMath.tanh;

/** {@link SlstmStep} in plain Java; z keeps i and f before and z and o after their activation. */
final class FloatPlainSlstm implements FloatCell {

  @Override
  public void forward(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] before,
      int beforeOffset,
      float[] s,
      int sOffset,
      int state,
      float[] y,
      int yOffset) {
    for (int e = 0; e < n; e++) {
      int at = zOffset + e;
      z[at + 2 * gate] = tanh(z[at + 2 * gate]);
      z[at + 3 * gate] = sigmoid(z[at + 3 * gate]);
    }
    replay(n, z, zOffset, gate, s, sOffset, s, sOffset, state);
    for (int e = 0; e < n; e++) {
      y[yOffset + e] = z[zOffset + 3 * gate + e] * s[sOffset + e] / s[sOffset + state + e];
    }
  }

  @Override
  public void replay(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] before,
      int beforeOffset,
      float[] after,
      int afterOffset,
      int state) {
    for (int e = 0; e < n; e++) {
      int at = zOffset + e;
      int from = beforeOffset + e;
      int to = afterOffset + e;
      float i = z[at];
      float l = logSigmoid(z[at + gate]) + before[from + 2 * state];
      float m = before[from + state] == 0 ? i : Math.max(i, l);
      float a = exp(i - m);
      float b = exp(l - m);
      float c = b * before[from] + a * z[at + 2 * gate];
      after[to + state] = Math.max(b * before[from + state] + a, 1);
      after[to] = c;
      after[to + 2 * state] = m;
    }
  }

  @Override
  public void backward(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] y,
      int yOffset,
      float[] before,
      int beforeOffset,
      float[] after,
      int afterOffset,
      int state,
      float[] dy,
      int dyOffset,
      float[] ds,
      int dsOffset,
      int dState) {
    for (int e = 0; e < n; e++) {
      int at = zOffset + e;
      int from = beforeOffset + e;
      int to = dsOffset + e;
      float i = z[at];
      float candidate = z[at + 2 * gate];
      float o = z[at + 3 * gate];
      float n0 = before[from + state];
      float l = logSigmoid(z[at + gate]) + before[from + 2 * state];
      float m = after[afterOffset + 2 * state + e];
      float a = exp(i - m);
      float b = exp(l - m);
      float normaliser = after[afterOffset + state + e];
      float ratio = after[afterOffset + e] / normaliser;
      float dh = dy[dyOffset + e];
      float dc = ds[to] + dh * o / normaliser;
      float dn = b * n0 + a >= 1 ? ds[to + dState] - dh * o * ratio / normaliser : 0;
      float towardsInput = a * (dc * candidate + dn);
      float towardsPast = b * (dc * before[from] + dn * n0);
      float dm = ds[to + 2 * dState] - towardsInput - towardsPast;
      boolean inputWins = n0 == 0 || i >= l;
      float dl = towardsPast + (inputWins ? 0 : dm);
      z[at] = towardsInput + (inputWins ? dm : 0);
      z[at + gate] = dl * sigmoid(-z[at + gate]);
      z[at + 2 * gate] = dc * a * (1 - candidate * candidate);
      z[at + 3 * gate] = dh * ratio * o * (1 - o);
      dy[dyOffset + e] = 0;
      ds[to] = dc * b;
      ds[to + dState] = dn * b;
      ds[to + 2 * dState] = dl;
    }
  }
}
