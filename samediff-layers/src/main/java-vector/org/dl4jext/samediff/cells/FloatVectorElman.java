package org.dl4jext.samediff.cells;

import jdk.incubator.vector.FloatVector;

/** {@link FloatPlainElman} with tanh over vectors. */
final class FloatVectorElman implements FloatCell {

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
    VectorMath.squash(true, n, z, zOffset, y, yOffset);
    System.arraycopy(y, yOffset, z, zOffset, n);
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
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    for (int e = 0; e < n; e += LANES) {
      FloatVector h = load(z, zOffset + e);
      load(dy, dyOffset + e).mul(one.sub(h.mul(h))).intoArray(z, zOffset + e);
      zero.intoArray(dy, dyOffset + e);
    }
  }
}
