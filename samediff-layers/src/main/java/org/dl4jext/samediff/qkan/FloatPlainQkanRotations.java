package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatMath;

/** The rotations in plain Java. */
final class FloatPlainQkanRotations implements FloatQkanRotations {

  private static final float LEAST_SINE = FloatMath.of(QkanMeasure.LEAST_SINE);

  @Override
  public void turn(
      int first, int n, float value, FloatQkanCircuits c, int l, int e, FloatQkanState s) {
    FloatQkanAngles.sinCos(first, n, value, c.weight[l], c.shift[l], e, s.sin[l], s.cos[l]);
    turn(first, n, s.x, s.y, s.z, s.sin[l], s.cos[l], c.sin[l], c.cos[l], e);
  }

  private static void turn(
      int first,
      int n,
      float[] x,
      float[] y,
      float[] z,
      float[] sin,
      float[] cos,
      float[] sinY,
      float[] cosY,
      int e) {
    for (int o = first; o < n; o++) {
      float turned = x[o] * cos[o] - y[o] * sin[o];
      float up = z[o];
      y[o] = x[o] * sin[o] + y[o] * cos[o];
      x[o] = turned * cosY[e + o] + up * sinY[e + o];
      z[o] = up * cosY[e + o] - turned * sinY[e + o];
    }
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
    undoY(first, n, s, c.sin[l], c.cos[l], e, sums.rotation[l]);
    float dValue = 0;
    for (int o = first; o < n; o++) {
      float sin = s.sin[l][o];
      float cos = s.cos[l][o];
      float turn = s.dy[o] * s.x[o] - s.dx[o] * s.y[o];
      float across = s.x[o] * cos + s.y[o] * sin;
      s.y[o] = s.y[o] * cos - s.x[o] * sin;
      s.x[o] = across;
      float dAcross = s.dx[o] * cos + s.dy[o] * sin;
      s.dy[o] = s.dy[o] * cos - s.dx[o] * sin;
      s.dx[o] = dAcross;
      sums.shift[l][e + o] += turn;
      sums.weight[l][e + o] += turn * value;
      dValue += turn * c.weight[l][e + o];
    }
    return dValue;
  }

  private static void undoY(
      int first, int n, FloatQkanState state, float[] sinY, float[] cosY, int e, float[] dAngle) {
    for (int o = first; o < n; o++) {
      float s = sinY[e + o];
      float c = cosY[e + o];
      float x = state.x[o];
      float z = state.z[o];
      float dx = state.dx[o];
      float dz = state.dz[o];
      dAngle[e + o] += dx * z - dz * x;
      state.x[o] = x * c - z * s;
      state.z[o] = x * s + z * c;
      state.dx[o] = dx * c - dz * s;
      state.dz[o] = dx * s + dz * c;
    }
  }

  /** The smaller amplitude comes from x and y: 1 - |z| has no correct digit near a pole. */
  @Override
  public void amplitudes(int first, int n, FloatQkanState s) {
    for (int o = first; o < n; o++) {
      float sine = FloatMath.of(Math.sqrt(s.x[o] * s.x[o] + s.y[o] * s.y[o]));
      float large = FloatMath.of(Math.sqrt((1 + Math.min(1f, Math.abs(s.z[o]))) / 2));
      float small = sine / (2 * large);
      s.phi[o] = s.z[o] < 0 ? small - large : large - small;
      s.slope[o] = (large + small) / (2 * Math.max(sine, LEAST_SINE));
    }
  }
}
