package org.dl4jext.samediff.qkan;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * {@link FloatPlainQkanRotations} over vectors, which also does what is left over.
 *
 * <p>The loops call the vector module directly: in methods of this size the JIT compiler of JDK 17
 * no longer inlines other calls, and allocates the vectors that they return.
 */
final class FloatVectorQkanRotations implements FloatQkanRotations {

  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final float LEAST_SINE = FloatMath.of(QkanMeasure.LEAST_SINE);

  private final FloatPlainQkanRotations rest = new FloatPlainQkanRotations();

  private static int whole(int first, int n) {
    return n - (n - first) % LANES;
  }

  @Override
  public void turn(
      int first, int n, float value, FloatQkanCircuits c, int l, int e, FloatQkanState s) {
    int end = whole(first, n);
    turn(first, end, value, c.weight[l], c.shift[l], c.sin[l], c.cos[l], e, s, l);
    if (end < n) {
      rest.turn(end, n, value, c, l, e, s);
    }
  }

  private static void turn(
      int first,
      int n,
      float value,
      float[] weight,
      float[] shift,
      float[] sinY,
      float[] cosY,
      int e,
      FloatQkanState state,
      int l) {
    float[] x = state.x;
    float[] y = state.y;
    float[] z = state.z;
    float[] sin = state.sin[l];
    float[] cos = state.cos[l];
    for (int o = first; o < n; o += LANES) {
      FloatVector a =
          FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, weight, e + o)
              .fma(
                  FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, value),
                  FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, shift, e + o));
      FloatVector turns =
          a.fma(
                  FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.TURNS),
                  FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.ROUNDER))
              .sub(FloatQkanAngles.ROUNDER);
      FloatVector reduced =
          turns.fma(
              FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FloatQkanAngles.TURN_REST),
              turns.fma(
                  FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, -FloatQkanAngles.TURN), a));
      FloatVector half = reduced.min(FloatQkanAngles.PI).max(-FloatQkanAngles.PI).mul(0.5f);
      FloatVector square = half.mul(half);
      FloatVector sine = half.mul(sine(square));
      FloatVector twice = sine.add(sine);
      FloatVector s = twice.mul(cosine(square));
      FloatVector c =
          twice.neg().fma(sine, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1));
      s.intoArray(sin, o);
      c.intoArray(cos, o);
      FloatVector right = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, o);
      FloatVector ahead = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, y, o);
      FloatVector up = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, z, o);
      FloatVector turned = right.mul(c).sub(ahead.mul(s));
      right.mul(s).add(ahead.mul(c)).intoArray(y, o);
      FloatVector sY = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, sinY, e + o);
      FloatVector cY = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, cosY, e + o);
      turned.mul(cY).add(up.mul(sY)).intoArray(x, o);
      up.mul(cY).sub(turned.mul(sY)).intoArray(z, o);
    }
  }

  /** sin(h) / h for z = h^2. */
  private static FloatVector sine(FloatVector z) {
    FloatVector s = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S13);
    if (FloatMath.BYTES == 8) {
      s =
          z.fma(
              FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S21),
              FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S19));
      s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S17));
      s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S15));
      s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S13));
    }
    s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S11));
    s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S9));
    s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S7));
    s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S5));
    s = s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.S3));
    return s.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1));
  }

  /** cos(h) for z = h^2. */
  private static FloatVector cosine(FloatVector z) {
    FloatVector c = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C12);
    if (FloatMath.BYTES == 8) {
      c =
          z.fma(
              FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C22),
              FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C20));
      c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C18));
      c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C16));
      c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C14));
      c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C12));
    }
    c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C10));
    c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C8));
    c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C6));
    c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C4));
    c = c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, FloatQkanAngles.C2));
    return c.fma(z, FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1));
  }

  @Override
  public float undo(
      int first,
      int n,
      float value,
      FloatQkanCircuits c,
      int l,
      int e,
      FloatQkanState s,
      FloatQkanSums sums) {
    int end = whole(first, n);
    float dValue = undo(first, end, value, c.weight[l], c.sin[l], c.cos[l], e, s, l, sums);
    return end == n ? dValue : dValue + rest.undo(end, n, value, c, l, e, s, sums);
  }

  private static float undo(
      int first,
      int n,
      float value,
      float[] weight,
      float[] sinY,
      float[] cosY,
      int e,
      FloatQkanState state,
      int l,
      FloatQkanSums sums) {
    float[] x = state.x;
    float[] y = state.y;
    float[] z = state.z;
    float[] dx = state.dx;
    float[] dy = state.dy;
    float[] dz = state.dz;
    float[] sin = state.sin[l];
    float[] cos = state.cos[l];
    float[] rotation = sums.rotation[l];
    float[] dShift = sums.shift[l];
    float[] dWeight = sums.weight[l];
    FloatVector dValue = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0);
    for (int o = first; o < n; o += LANES) {
      FloatVector right = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, o);
      FloatVector up = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, z, o);
      FloatVector dRight = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dx, o);
      FloatVector dUp = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dz, o);
      FloatVector sY = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, sinY, e + o);
      FloatVector cY = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, cosY, e + o);
      dRight
          .mul(up)
          .sub(dUp.mul(right))
          .add(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, rotation, e + o))
          .intoArray(rotation, e + o);
      FloatVector across = right.mul(cY).sub(up.mul(sY));
      right.mul(sY).add(up.mul(cY)).intoArray(z, o);
      FloatVector dAcross = dRight.mul(cY).sub(dUp.mul(sY));
      dRight.mul(sY).add(dUp.mul(cY)).intoArray(dz, o);
      FloatVector ahead = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, y, o);
      FloatVector dAhead = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dy, o);
      FloatVector s = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, sin, o);
      FloatVector c = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, cos, o);
      FloatVector turn = dAhead.mul(across).sub(dAcross.mul(ahead));
      across.mul(c).add(ahead.mul(s)).intoArray(x, o);
      ahead.mul(c).sub(across.mul(s)).intoArray(y, o);
      dAcross.mul(c).add(dAhead.mul(s)).intoArray(dx, o);
      dAhead.mul(c).sub(dAcross.mul(s)).intoArray(dy, o);
      turn.add(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dShift, e + o))
          .intoArray(dShift, e + o);
      turn.mul(value)
          .add(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dWeight, e + o))
          .intoArray(dWeight, e + o);
      dValue =
          turn.fma(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, weight, e + o), dValue);
    }
    return dValue.reduceLanes(VectorOperators.ADD);
  }

  @Override
  public void amplitudes(int first, int n, FloatQkanState s) {
    int end = whole(first, n);
    for (int o = first; o < end; o += LANES) {
      FloatVector x = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, s.x, o);
      FloatVector y = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, s.y, o);
      FloatVector z = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, s.z, o);
      FloatVector sine = x.mul(x).add(y.mul(y)).sqrt();
      FloatVector large = z.abs().min(1).add(1).mul(0.5f).sqrt();
      FloatVector small = sine.div(large.add(large));
      FloatVector phi = large.sub(small);
      phi.blend(phi.neg(), z.compare(VectorOperators.LT, 0)).intoArray(s.phi, o);
      large.add(small).div(sine.max(LEAST_SINE).mul(2)).intoArray(s.slope, o);
    }
    rest.amplitudes(end, n, s);
  }
}
