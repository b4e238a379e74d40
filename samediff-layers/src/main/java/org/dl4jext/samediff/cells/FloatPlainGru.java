package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.CellMath.sigmoid;
import static org.dl4jext.samediff.cells.CellMath.tanh;

/** {@link GruStep} in plain Java; z keeps g and the gates. */
final class FloatPlainGru implements FloatCell {

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
      float r = sigmoid(z[at + gate]);
      float update = sigmoid(z[at + 2 * gate]);
      float candidate = tanh(z[at + 3 * gate] + r * z[at]);
      z[at + gate] = r;
      z[at + 2 * gate] = update;
      z[at + 3 * gate] = candidate;
      y[yOffset + e] = update * before[beforeOffset + e] + (1 - update) * candidate;
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
    // There is no state beyond y.
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
      float r = z[at + gate];
      float update = z[at + 2 * gate];
      float candidate = z[at + 3 * gate];
      float dh = dy[dyOffset + e];
      float dn = dh * (1 - update) * (1 - candidate * candidate);
      z[at + gate] = dn * z[at] * r * (1 - r);
      z[at] = dn * r;
      z[at + 2 * gate] = dh * (y[yOffset + e] - candidate) * update * (1 - update);
      z[at + 3 * gate] = dn;
      dy[dyOffset + e] = dh * update;
    }
  }
}
