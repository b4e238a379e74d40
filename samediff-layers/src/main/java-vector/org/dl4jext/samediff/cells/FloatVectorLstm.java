package org.dl4jext.samediff.cells;

import jdk.incubator.vector.FloatVector;

/** {@link FloatPlainLstm} with sigmoid and tanh over vectors. */
final class FloatVectorLstm implements FloatCell {

  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  private static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, offset);
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
    for (int g = 0; g < 4; g++) {
      int at = zOffset + g * gate;
      VectorMath.squash(g == 2, n, z, at, z, at);
    }
    replay(n, z, zOffset, gate, s, sOffset, s, sOffset, state);
    VectorMath.squash(true, n, s, sOffset, y, yOffset);
    for (int e = 0; e < n; e += LANES) {
      FloatVector o = load(z, zOffset + 3 * gate + e);
      o.mul(load(y, yOffset + e)).intoArray(y, yOffset + e);
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
    for (int e = 0; e < n; e += LANES) {
      int at = zOffset + e;
      FloatVector i = load(z, at);
      FloatVector f = load(z, at + gate);
      FloatVector c = f.fma(load(before, beforeOffset + e), i.mul(load(z, at + 2 * gate)));
      c.intoArray(after, afterOffset + e);
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
    VectorMath.squash(true, n, after, afterOffset, after, afterOffset);
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1);
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    for (int e = 0; e < n; e += LANES) {
      int at = zOffset + e;
      FloatVector i = load(z, at);
      FloatVector f = load(z, at + gate);
      FloatVector candidate = load(z, at + 2 * gate);
      FloatVector o = load(z, at + 3 * gate);
      FloatVector c = load(after, afterOffset + e);
      FloatVector dh = load(dy, dyOffset + e);
      FloatVector dc = dh.mul(o).fma(one.sub(c.mul(c)), load(ds, dsOffset + e));
      dc.mul(candidate).mul(i).mul(one.sub(i)).intoArray(z, at);
      dc.mul(load(before, beforeOffset + e)).mul(f).mul(one.sub(f)).intoArray(z, at + gate);
      dc.mul(i).mul(one.sub(candidate.mul(candidate))).intoArray(z, at + 2 * gate);
      dh.mul(c).mul(o).mul(one.sub(o)).intoArray(z, at + 3 * gate);
      zero.intoArray(dy, dyOffset + e);
      dc.mul(f).intoArray(ds, dsOffset + e);
    }
  }
}
