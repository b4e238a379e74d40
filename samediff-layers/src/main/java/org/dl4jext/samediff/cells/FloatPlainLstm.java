package org.dl4jext.samediff.cells;

/** {@link LstmStep} in plain Java; z keeps the gates. */
final class FloatPlainLstm implements FloatCell {

  private final CellActivation gates;
  private final CellActivation activation;

  FloatPlainLstm(CellActivation gates, CellActivation activation) {
    this.gates = gates;
    this.activation = activation;
  }

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
      float i = CellMath.value(gates, z[at]);
      float f = CellMath.value(gates, z[at + gate]);
      float candidate = CellMath.value(activation, z[at + 2 * gate]);
      float o = CellMath.value(gates, z[at + 3 * gate]);
      float c = f * s[sOffset + e] + i * candidate;
      z[at] = i;
      z[at + gate] = f;
      z[at + 2 * gate] = candidate;
      z[at + 3 * gate] = o;
      s[sOffset + e] = c;
      y[yOffset + e] = o * CellMath.value(activation, c);
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
      after[afterOffset + e] = z[at + gate] * before[beforeOffset + e] + z[at] * z[at + 2 * gate];
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
      float i = z[at];
      float f = z[at + gate];
      float candidate = z[at + 2 * gate];
      float o = z[at + 3 * gate];
      float c = CellMath.value(activation, after[afterOffset + e]);
      float dh = dy[dyOffset + e];
      float dc = ds[dsOffset + e] + dh * o * CellMath.slopeAt(activation, c);
      z[at] = dc * candidate * CellMath.slopeAt(gates, i);
      z[at + gate] = dc * before[beforeOffset + e] * CellMath.slopeAt(gates, f);
      z[at + 2 * gate] = dc * i * CellMath.slopeAt(activation, candidate);
      z[at + 3 * gate] = dh * c * CellMath.slopeAt(gates, o);
      dy[dyOffset + e] = 0;
      ds[dsOffset + e] = dc * f;
    }
  }
}
