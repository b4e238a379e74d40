package org.dl4jext.samediff.cells;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatPlainSlstm} over vectors; of f, z keeps log sigmoid(f). One of exp(i - m') and exp(l
 * - m') is 1.
 */
final class FloatVectorSlstm implements FloatCell {

  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  private static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, offset);
  }

  /** x = log sigmoid(x) = min(x, 0) - log(1 + exp(-|x|)); t is scratch. */
  private static void logSigmoid(int n, float[] x, int xOffset, float[] t, int tOffset) {
    for (int e = 0; e < n; e += LANES) {
      load(x, xOffset + e).abs().neg().intoArray(t, tOffset + e);
    }
    VectorMath.exp(false, n, t, tOffset, t, tOffset);
    VectorMath.log1p(n, t, tOffset);
    for (int e = 0; e < n; e += LANES) {
      FloatVector value = load(x, xOffset + e);
      value.min(0).sub(load(t, tOffset + e)).intoArray(x, xOffset + e);
    }
  }

  /**
   * The smaller of exp(i - m') and exp(l - m'); the other one is 1. m' is i where i is at least l,
   * and where n = 0, the state of the start.
   */
  private static void weights(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] before,
      int beforeOffset,
      int state,
      float[] w,
      int wOffset) {
    for (int e = 0; e < n; e += LANES) {
      FloatVector i = load(z, zOffset + e);
      FloatVector l = load(z, zOffset + gate + e).add(load(before, beforeOffset + 2 * state + e));
      FloatVector normaliser = load(before, beforeOffset + state + e);
      var inputWins =
          i.compare(VectorOperators.GE, l).or(normaliser.compare(VectorOperators.EQ, 0));
      i.sub(l).blend(l.sub(i), inputWins).intoArray(w, wOffset + e);
    }
    VectorMath.exp(false, n, w, wOffset, w, wOffset);
  }

  /** The states after a step from those before and the weights, which may stand in their place. */
  private static void advance(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] before,
      int beforeOffset,
      float[] after,
      int afterOffset,
      int state,
      float[] w,
      int wOffset) {
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1);
    for (int e = 0; e < n; e += LANES) {
      int at = zOffset + e;
      int from = beforeOffset + e;
      int to = afterOffset + e;
      FloatVector i = load(z, at);
      FloatVector l = load(z, at + gate).add(load(before, from + 2 * state));
      FloatVector normaliser = load(before, from + state);
      FloatVector weaker = load(w, wOffset + e);
      var inputWins =
          i.compare(VectorOperators.GE, l).or(normaliser.compare(VectorOperators.EQ, 0));
      FloatVector a = weaker.blend(one, inputWins);
      FloatVector b = one.blend(weaker, inputWins);
      FloatVector c = b.fma(load(before, from), a.mul(load(z, at + 2 * gate)));
      b.fma(normaliser, a).max(1).intoArray(after, to + state);
      c.intoArray(after, to);
      l.blend(i, inputWins).intoArray(after, to + 2 * state);
    }
  }

  /** Everything but the last factor of the forget gate's gradient; weights stand in place of m'. */
  private static void backward(
      int n,
      float[] z,
      int zOffset,
      int gate,
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
      FloatVector candidate = load(z, at + 2 * gate);
      FloatVector o = load(z, at + 3 * gate);
      FloatVector n0 = load(before, from + state);
      FloatVector l = load(z, at + gate).add(load(before, from + 2 * state));
      FloatVector weaker = load(after, afterOffset + 2 * state + e);
      var inputWins = i.compare(VectorOperators.GE, l).or(n0.compare(VectorOperators.EQ, 0));
      FloatVector a = weaker.blend(one, inputWins);
      FloatVector b = one.blend(weaker, inputWins);
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
      towardsInput.add(zero.blend(dm, inputWins)).intoArray(z, at);
      towardsPast.add(dm.blend(zero, inputWins)).intoArray(ds, to + 2 * dState);
      dc.mul(a).mul(one.sub(candidate.mul(candidate))).intoArray(z, at + 2 * gate);
      dh.mul(ratio).mul(o).mul(one.sub(o)).intoArray(z, at + 3 * gate);
      zero.intoArray(dy, dyOffset + e);
      dc.mul(b).intoArray(ds, to);
      dn.mul(b).intoArray(ds, to + dState);
    }
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
    logSigmoid(n, z, zOffset + gate, y, yOffset);
    for (int g = 2; g < 4; g++) {
      int at = zOffset + g * gate;
      VectorMath.squash(g == 2, n, z, at, z, at);
    }
    weights(n, z, zOffset, gate, s, sOffset, state, y, yOffset);
    advance(n, z, zOffset, gate, s, sOffset, s, sOffset, state, y, yOffset);
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
    // The stabiliser's place takes the weights until it is overwritten itself.
    int weights = afterOffset + 2 * state;
    weights(n, z, zOffset, gate, before, beforeOffset, state, after, weights);
    advance(n, z, zOffset, gate, before, beforeOffset, after, afterOffset, state, after, weights);
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
    int weights = afterOffset + 2 * state;
    weights(n, z, zOffset, gate, before, beforeOffset, state, after, weights);
    backward(
        n,
        z,
        zOffset,
        gate,
        before,
        beforeOffset,
        after,
        afterOffset,
        state,
        dy,
        dyOffset,
        ds,
        dsOffset,
        dState);
    // sigmoid(-f) = -expm1(log sigmoid(f))
    VectorMath.exp(true, n, z, zOffset + gate, z, zOffset + gate);
    for (int e = 0; e < n; e += LANES) {
      FloatVector open = load(z, zOffset + gate + e).neg();
      load(ds, dsOffset + 2 * dState + e).mul(open).intoArray(z, zOffset + gate + e);
    }
  }
}
