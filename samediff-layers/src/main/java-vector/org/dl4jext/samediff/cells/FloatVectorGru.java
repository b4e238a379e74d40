package org.dl4jext.samediff.cells;

import jdk.incubator.vector.FloatVector;

/** {@link FloatPlainGru} over vectors. */
final class FloatVectorGru implements FloatCell {

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
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1);
    for (int g = 1; g < 3; g++) {
      int at = zOffset + g * gate;
      VectorMath.squash(false, n, z, at, z, at);
    }
    int candidates = zOffset + 3 * gate;
    for (int e = 0; e < n; e += LANES) {
      FloatVector r = load(z, zOffset + gate + e);
      r.fma(load(z, zOffset + e), load(z, candidates + e)).intoArray(z, candidates + e);
    }
    VectorMath.squash(true, n, z, candidates, z, candidates);
    for (int e = 0; e < n; e += LANES) {
      FloatVector update = load(z, zOffset + 2 * gate + e);
      FloatVector kept = update.mul(load(before, beforeOffset + e));
      one.sub(update).fma(load(z, candidates + e), kept).intoArray(y, yOffset + e);
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
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1);
    for (int e = 0; e < n; e += LANES) {
      int at = zOffset + e;
      FloatVector r = load(z, at + gate);
      FloatVector update = load(z, at + 2 * gate);
      FloatVector candidate = load(z, at + 3 * gate);
      FloatVector dh = load(dy, dyOffset + e);
      FloatVector dn = dh.mul(one.sub(update)).mul(one.sub(candidate.mul(candidate)));
      FloatVector difference = load(y, yOffset + e).sub(candidate);
      dn.mul(load(z, at)).mul(r).mul(one.sub(r)).intoArray(z, at + gate);
      dn.mul(r).intoArray(z, at);
      dh.mul(difference).mul(update).mul(one.sub(update)).intoArray(z, at + 2 * gate);
      dn.intoArray(z, at + 3 * gate);
      dh.mul(update).intoArray(dy, dyOffset + e);
    }
  }
}
