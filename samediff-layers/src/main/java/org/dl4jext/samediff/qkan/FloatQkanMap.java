package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Runs the circuits of a map row by row on Java arrays; {@link QkanReference} is the slow form.
 *
 * <p>The inner loops go over the outputs of one input, which share x. The backward pass runs the
 * circuits again and then backwards: rotations are undone, so no state is kept. One instance is
 * scratch memory for one thread; the circuits may be shared.
 */
final class FloatQkanMap {

  private static final float LEAST_SINE = FloatMath.of(QkanMeasure.LEAST_SINE);

  private final FloatQkanCircuits circuits;
  private final FloatBlocks blocks;
  private final int groups;
  private final int inputs;
  private final int outputs;
  private final int inputStep;
  private final int encodings;
  private final boolean fast;
  private final float[] x;
  private final float[] y;
  private final float[] z;
  private final float[] dx;
  private final float[] dy;
  private final float[] dz;
  private final float[] phi;
  private final float[] slope;
  private final float[] turn;
  private final float[][] cos;
  private final float[][] sin;

  FloatQkanMap(QkanLayout layout, FloatQkanCircuits circuits, FloatBlocks blocks) {
    this.circuits = circuits;
    this.blocks = blocks;
    groups = layout.groups();
    inputs = layout.inputs();
    outputs = layout.outputs();
    inputStep = layout.sharedInput() ? 0 : inputs;
    encodings = circuits.encodings;
    fast = layout.spec().measure() == QkanMeasure.FAST;
    x = new float[outputs];
    y = new float[outputs];
    z = new float[outputs];
    dx = new float[outputs];
    dy = new float[outputs];
    dz = new float[outputs];
    phi = new float[outputs];
    slope = new float[outputs];
    turn = new float[outputs];
    cos = new float[encodings][outputs];
    sin = new float[encodings][outputs];
  }

  /** One row: out = map(in). */
  void forward(float[] in, int inOffset, float[] out, int outOffset) {
    System.arraycopy(circuits.constant, 0, out, outOffset, groups * outputs);
    for (int g = 0; g < groups; g++) {
      int to = outOffset + g * outputs;
      for (int i = 0; i < inputs; i++) {
        int e = (g * inputs + i) * outputs;
        float value = in[inOffset + g * inputStep + i];
        run(value, e);
        measure();
        if (circuits.gain == null) {
          blocks.addScaled(outputs, 1, phi, 0, out, to);
        } else {
          blocks.addTimes(outputs, phi, 0, circuits.gain, e, out, to);
        }
        if (circuits.base != null) {
          float silu = value * FloatMath.sigmoid(value);
          blocks.addScaled(outputs, silu, circuits.base, e, out, to);
        }
      }
    }
  }

  /** One row: adds to the sums and to the gradient of the input. */
  void backward(
      float[] in,
      int inOffset,
      float[] dOut,
      int dOutOffset,
      float[] dIn,
      int dInOffset,
      FloatQkanSums sums) {
    blocks.addScaled(groups * outputs, 1, dOut, dOutOffset, sums.output, 0);
    for (int g = 0; g < groups; g++) {
      int from = dOutOffset + g * outputs;
      for (int i = 0; i < inputs; i++) {
        int e = (g * inputs + i) * outputs;
        int at = g * inputStep + i;
        float value = in[inOffset + at];
        run(value, e);
        adjoint(dOut, from, e, sums);
        float d = undo(value, e, sums);
        if (circuits.base != null) {
          float s = FloatMath.sigmoid(value);
          blocks.addScaled(outputs, value * s, dOut, from, sums.base, e);
          d += s * (1 + value * (1 - s)) * blocks.dot(outputs, circuits.base, e, dOut, from);
        }
        dIn[dInOffset + at] += d;
      }
    }
  }

  /** The circuits of one input up to the measurement: fills x, y, z and the sines of the angles. */
  private void run(float value, int e) {
    System.arraycopy(circuits.startX, e, x, 0, outputs);
    System.arraycopy(circuits.startY, e, y, 0, outputs);
    System.arraycopy(circuits.startZ, e, z, 0, outputs);
    for (int l = 0; l < encodings; l++) {
      FloatQkanAngles.sinCos(
          outputs, value, circuits.weight[l], circuits.shift[l], e, sin[l], cos[l]);
      rotate(outputs, x, y, z, sin[l], cos[l], circuits.sin[l], circuits.cos[l], e);
    }
  }

  /** Rz, then Ry. */
  private static void rotate(
      int n,
      float[] x,
      float[] y,
      float[] z,
      float[] sin,
      float[] cos,
      float[] sinY,
      float[] cosY,
      int e) {
    for (int o = 0; o < n; o++) {
      float turned = x[o] * cos[o] - y[o] * sin[o];
      float up = z[o];
      y[o] = x[o] * sin[o] + y[o] * cos[o];
      x[o] = turned * cosY[e + o] + up * sinY[e + o];
      z[o] = up * cosY[e + o] - turned * sinY[e + o];
    }
  }

  /** phi, and its slope by Z for FAST. */
  private void measure() {
    if (!fast) {
      System.arraycopy(z, 0, phi, 0, outputs);
      return;
    }
    for (int o = 0; o < outputs; o++) {
      // The smaller amplitude from x and y: 1 - |z| has no correct digit near a pole.
      float sine = FloatMath.of(Math.sqrt(x[o] * x[o] + y[o] * y[o]));
      float large = FloatMath.of(Math.sqrt((1 + Math.min(1f, Math.abs(z[o]))) / 2));
      float small = sine / (2 * large);
      phi[o] = z[o] < 0 ? small - large : large - small;
      slope[o] = (large + small) / (2 * Math.max(sine, LEAST_SINE));
    }
  }

  /** Starts the adjoint vector at the measurement. */
  private void adjoint(float[] dOut, int from, int e, FloatQkanSums sums) {
    measure();
    blocks.addTimes(outputs, phi, 0, dOut, from, sums.phi, e);
    java.util.Arrays.fill(dx, 0);
    java.util.Arrays.fill(dy, 0);
    if (circuits.gain == null) {
      System.arraycopy(dOut, from, dz, 0, outputs);
    } else {
      blocks.times(outputs, dOut, from, circuits.gain, e, dz, 0);
    }
    if (fast) {
      blocks.times(outputs, dz, 0, slope, 0, dz, 0);
    }
  }

  /** Undoes the rotations of state and adjoint; returns the gradient by the input. */
  private float undo(float value, int e, FloatQkanSums sums) {
    float dValue = 0;
    for (int l = encodings - 1; l >= 0; l--) {
      undoY(circuits.sin[l], circuits.cos[l], e, sums.rotation[l]);
      undoZ(sin[l], cos[l]);
      blocks.addScaled(outputs, 1, turn, 0, sums.shift[l], e);
      blocks.addScaled(outputs, value, turn, 0, sums.weight[l], e);
      dValue += blocks.dot(outputs, turn, 0, circuits.weight[l], e);
    }
    blocks.addScaled(outputs, 1, dx, 0, sums.startX, e);
    blocks.addScaled(outputs, 1, dy, 0, sums.startY, e);
    blocks.addScaled(outputs, 1, dz, 0, sums.startZ, e);
    return dValue;
  }

  private void undoY(float[] sinY, float[] cosY, int e, float[] dAngle) {
    undoY(outputs, x, z, dx, dz, sinY, cosY, e, dAngle);
  }

  private static void undoY(
      int n,
      float[] x,
      float[] z,
      float[] dx,
      float[] dz,
      float[] sinY,
      float[] cosY,
      int e,
      float[] dAngle) {
    for (int o = 0; o < n; o++) {
      float s = sinY[e + o];
      float c = cosY[e + o];
      dAngle[e + o] += dx[o] * z[o] - dz[o] * x[o];
      float across = x[o] * c - z[o] * s;
      z[o] = x[o] * s + z[o] * c;
      x[o] = across;
      float dAcross = dx[o] * c - dz[o] * s;
      dz[o] = dx[o] * s + dz[o] * c;
      dx[o] = dAcross;
    }
  }

  private void undoZ(float[] s, float[] c) {
    undoZ(outputs, x, y, dx, dy, s, c, turn);
  }

  private static void undoZ(
      int n,
      float[] x,
      float[] y,
      float[] dx,
      float[] dy,
      float[] sin,
      float[] cos,
      float[] dAngle) {
    for (int o = 0; o < n; o++) {
      dAngle[o] = dy[o] * x[o] - dx[o] * y[o];
      float across = x[o] * cos[o] + y[o] * sin[o];
      y[o] = y[o] * cos[o] - x[o] * sin[o];
      x[o] = across;
      float dAcross = dx[o] * cos[o] + dy[o] * sin[o];
      dy[o] = dy[o] * cos[o] - dx[o] * sin[o];
      dx[o] = dAcross;
    }
  }
}
