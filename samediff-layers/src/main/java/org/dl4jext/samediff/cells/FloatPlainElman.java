package org.dl4jext.samediff.cells;

/** {@link ElmanStep} in plain Java; z keeps y. */
final class FloatPlainElman implements FloatCell {

  private final CellActivation activation;

  FloatPlainElman(CellActivation activation) {
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
      y[yOffset + e] = CellMath.value(activation, z[zOffset + e]);
      z[zOffset + e] = y[yOffset + e];
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
      z[zOffset + e] = dy[dyOffset + e] * CellMath.slopeAt(activation, z[zOffset + e]);
      dy[dyOffset + e] = 0;
    }
  }
}
