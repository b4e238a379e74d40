package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.VectorMath.exp;
import static org.dl4jext.samediff.cells.VectorMath.log1p;
import static org.dl4jext.samediff.cells.VectorMath.sigmoid;
import static org.dl4jext.samediff.cells.VectorMath.tanh;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link FloatPlainSlstm} over vectors. */
final class FloatVectorSlstm implements FloatCell {

  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  private static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, offset);
  }

  /** log sigmoid(x) = min(x, 0) - log(1 + exp(-|x|)). */
  private static FloatVector logSigmoid(FloatVector x) {
    return x.min(0).sub(log1p(exp(x.abs().neg())));
  }

  /**
   * {@code input} where i is at least l, and where n = 0, the state of the start; elsewhere {@code
   * past}.
   */
  private static FloatVector larger(
      FloatVector i, FloatVector l, FloatVector n, FloatVector input, FloatVector past) {
    var inputWins = i.compare(VectorOperators.GE, l).or(n.compare(VectorOperators.EQ, 0));
    return past.blend(input, inputWins);
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
    for (int e = 0; e < n; e += LANES) {
      int at = zOffset + e;
      tanh(load(z, at + 2 * gate)).intoArray(z, at + 2 * gate);
      sigmoid(load(z, at + 3 * gate)).intoArray(z, at + 3 * gate);
    }
    replay(n, z, zOffset, gate, s, sOffset, s, sOffset, state);
    for (int e = 0; e < n; e += LANES) {
      FloatVector ratio = load(s, sOffset + e).div(load(s, sOffset + state + e));
      load(z, zOffset + 3 * gate + e).mul(ratio).intoArray(y, yOffset + e);
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
      int from = beforeOffset + e;
      int to = afterOffset + e;
      FloatVector i = load(z, at);
      FloatVector l = logSigmoid(load(z, at + gate)).add(load(before, from + 2 * state));
      FloatVector normaliser = load(before, from + state);
      FloatVector m = larger(i, l, normaliser, i, l);
      FloatVector a = exp(i.sub(m));
      FloatVector b = exp(l.sub(m));
      FloatVector c = b.fma(load(before, from), a.mul(load(z, at + 2 * gate)));
      b.fma(normaliser, a).max(1).intoArray(after, to + state);
      c.intoArray(after, to);
      m.intoArray(after, to + 2 * state);
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
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1);
    FloatVector zero = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    for (int e = 0; e < n; e += LANES) {
      int at = zOffset + e;
      int from = beforeOffset + e;
      int to = dsOffset + e;
      FloatVector i = load(z, at);
      FloatVector f = load(z, at + gate);
      FloatVector candidate = load(z, at + 2 * gate);
      FloatVector o = load(z, at + 3 * gate);
      FloatVector n0 = load(before, from + state);
      FloatVector l = logSigmoid(f).add(load(before, from + 2 * state));
      FloatVector m = load(after, afterOffset + 2 * state + e);
      FloatVector a = exp(i.sub(m));
      FloatVector b = exp(l.sub(m));
      FloatVector normaliser = load(after, afterOffset + state + e);
      FloatVector ratio = load(after, afterOffset + e).div(normaliser);
      FloatVector dh = load(dy, dyOffset + e);
      FloatVector scaled = dh.mul(o).div(normaliser);
      FloatVector dc = load(ds, to).add(scaled);
      FloatVector dn =
          zero.blend(
              load(ds, to + dState).sub(scaled.mul(ratio)),
              b.fma(n0, a).compare(VectorOperators.GE, one));
      FloatVector towardsInput = a.mul(dc.fma(candidate, dn));
      FloatVector towardsPast = b.mul(dc.fma(load(before, from), dn.mul(n0)));
      FloatVector dm = load(ds, to + 2 * dState).sub(towardsInput).sub(towardsPast);
      FloatVector dl = towardsPast.add(larger(i, l, n0, zero, dm));
      towardsInput.add(larger(i, l, n0, dm, zero)).intoArray(z, at);
      dl.mul(sigmoid(f.neg())).intoArray(z, at + gate);
      dc.mul(a).mul(one.sub(candidate.mul(candidate))).intoArray(z, at + 2 * gate);
      dh.mul(ratio).mul(o).mul(one.sub(o)).intoArray(z, at + 3 * gate);
      zero.intoArray(dy, dyOffset + e);
      dc.mul(b).intoArray(ds, to);
      dn.mul(b).intoArray(ds, to + dState);
      dl.intoArray(ds, to + 2 * dState);
    }
  }
}
