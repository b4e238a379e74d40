package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatMath;

/**
 * The circuits of a map in the form in which {@link FloatQkanMap} runs them, and the way back to
 * the gradients of the parameters.
 *
 * <p>Neighbouring Rz merge, so that a circuit is a start vector that does not depend on the input
 * and, for each encoding l, Rz(weight[l] x + shift[l]) and Ry of an angle with known cosine and
 * sine. REAL turns in one plane, so that its angles add up: Z = cos(pi/2 - r pi + sum(w x + b -
 * theta)), one encoding. Edge (g,o,i) of the parameters is (g I + i) O + o here: neighbours share
 * their input.
 */
final class FloatQkanCircuits {

  private final QkanLayout layout;
  private final QkanSpec spec;
  final int encodings;

  /** Whether the measure is FAST. */
  final boolean fast;

  final float[] startX;
  final float[] startY;
  final float[] startZ;
  final float[][] weight;
  final float[][] shift;
  final float[][] cos;
  final float[][] sin;

  /** Factor of phi; null for 1. */
  final float[] gain;

  /** Factor of silu(x); null for 0. */
  final float[] base;

  /** What an output is beside its edges: the sum of gain times offset. */
  final float[] constant;

  FloatQkanCircuits(QkanLayout layout) {
    this.layout = layout;
    this.spec = layout.spec();
    fast = spec.measure() == QkanMeasure.FAST;
    int edges = layout.edges();
    encodings = spec.ansatz() == QkanAnsatz.REAL ? 1 : spec.reps();
    startX = new float[edges];
    startY = new float[edges];
    startZ = new float[edges];
    weight = new float[encodings][edges];
    shift = new float[encodings][edges];
    cos = new float[encodings][edges];
    sin = new float[encodings][edges];
    gain = spec.postactivation() ? new float[edges] : null;
    base = spec.base() ? new float[edges] : null;
    constant = new float[layout.outputSize()];
  }

  /** Place here of edge e of the parameters. */
  private int place(int e) {
    int i = e % layout.inputs();
    int o = e / layout.inputs() % layout.outputs();
    int g = e / (layout.inputs() * layout.outputs());
    return (g * layout.inputs() + i) * layout.outputs() + o;
  }

  /**
   * Takes the parameters.
   *
   * @param p those of the layout, in c order
   */
  void set(float[][] p) {
    java.util.Arrays.fill(constant, 0);
    for (int e = 0; e < layout.edges(); e++) {
      int to = place(e);
      if (spec.ansatz() == QkanAnsatz.REAL) {
        setReal(p, e, to);
      } else {
        setPauli(p, e, to);
      }
      if (gain != null) {
        gain[to] = p[layout.postactivation()][e];
        constant[e / layout.inputs()] += gain[to] * p[layout.postactivation() + 1][e];
      }
      if (base != null) {
        base[to] = p[layout.base()][e];
      }
    }
  }

  private void setReal(float[][] p, int e, int to) {
    int reps = spec.reps();
    double angle = Math.PI / 2 - reps * Math.PI;
    double slope = 0;
    for (int l = 0; l < reps; l++) {
      angle += bias(p, e, l) - p[0][e * reps + l];
      slope += weight(p, e, l);
    }
    startX[to] = 1;
    startY[to] = 0;
    startZ[to] = 0;
    weight[0][to] = FloatMath.of(slope);
    shift[0][to] = FloatMath.of(Math.IEEEremainder(angle, 2 * Math.PI));
    cos[0][to] = 0; // Ry(-pi/2) puts X into Z
    sin[0][to] = -1;
  }

  private void setPauli(float[][] p, int e, int to) {
    double rz = rz(p, e, 0);
    double ry = ry(p, e, 0);
    startX[to] = FloatMath.of(Math.cos(rz) * Math.cos(ry));
    startY[to] = FloatMath.of(Math.sin(rz));
    startZ[to] = FloatMath.of(-Math.cos(rz) * Math.sin(ry));
    for (int l = 0; l < encodings; l++) {
      double angle = rz(p, e, l + 1) + bias(p, e, l);
      weight[l][to] = FloatMath.of(weight(p, e, l));
      shift[l][to] = FloatMath.of(Math.IEEEremainder(angle, 2 * Math.PI));
      cos[l][to] = FloatMath.of(Math.cos(ry(p, e, l + 1)));
      sin[l][to] = FloatMath.of(Math.sin(ry(p, e, l + 1)));
    }
  }

  private double rz(float[][] p, int e, int layer) {
    return spec.ansatz() == QkanAnsatz.PZ ? p[0][(e * (encodings + 1) + layer) * 2] : 0;
  }

  private double ry(float[][] p, int e, int layer) {
    int angle = e * (encodings + 1) + layer;
    return p[0][spec.ansatz() == QkanAnsatz.PZ ? 2 * angle + 1 : angle];
  }

  private double weight(float[][] p, int e, int l) {
    int at = layout.preactivation();
    return at < 0 ? 1 : p[at][e * spec.reps() + l];
  }

  private double bias(float[][] p, int e, int l) {
    int at = layout.preactivation();
    return at < 0 ? 0 : p[at + 1][e * spec.reps() + l];
  }

  /**
   * Turns sums over rows into gradients of the parameters.
   *
   * @param sums of one or more workers
   * @param p the parameters
   * @param d their gradients, overwritten
   */
  void gradients(FloatQkanSums[] sums, float[][] p, float[][] d) {
    for (int e = 0; e < layout.edges(); e++) {
      int from = place(e);
      if (spec.ansatz() == QkanAnsatz.REAL) {
        realGradients(sums, e, from, d);
      } else {
        pauliGradients(sums, e, from, p, d);
      }
      double dy = 0;
      double phi = 0;
      double silu = 0;
      for (FloatQkanSums s : sums) {
        dy += s.output[e / layout.inputs()];
        phi += s.phi[from];
        silu += s.base[from];
      }
      if (gain != null) {
        float offset = p[layout.postactivation() + 1][e];
        d[layout.postactivation()][e] = FloatMath.of(phi + dy * offset);
        d[layout.postactivation() + 1][e] = FloatMath.of(dy * gain[from]);
      }
      if (base != null) {
        d[layout.base()][e] = FloatMath.of(silu);
      }
    }
  }

  private void realGradients(FloatQkanSums[] sums, int e, int from, float[][] d) {
    float dAngle = FloatMath.of(FloatQkanSums.sum(sums, s -> s.shift[0][from]));
    float dSlope = FloatMath.of(FloatQkanSums.sum(sums, s -> s.weight[0][from]));
    for (int l = 0; l < spec.reps(); l++) {
      int at = e * spec.reps() + l;
      d[0][at] = -dAngle;
      setPreactivation(d, at, dSlope, dAngle);
    }
  }

  private void setPreactivation(float[][] d, int at, float dWeight, float dBias) {
    if (layout.preactivation() >= 0) {
      d[layout.preactivation()][at] = dWeight;
      d[layout.preactivation() + 1][at] = dBias;
    }
  }

  private void pauliGradients(FloatQkanSums[] sums, int e, int from, float[][] p, float[][] d) {
    double dx = FloatQkanSums.sum(sums, s -> s.startX[from]);
    double dy = FloatQkanSums.sum(sums, s -> s.startY[from]);
    double dz = FloatQkanSums.sum(sums, s -> s.startZ[from]);
    double rz = rz(p, e, 0);
    double ry = ry(p, e, 0);
    double turned = dx * Math.cos(ry) - dz * Math.sin(ry);
    setAngles(
        d,
        e,
        0,
        FloatMath.of(dy * Math.cos(rz) - turned * Math.sin(rz)),
        FloatMath.of(-Math.cos(rz) * (dx * Math.sin(ry) + dz * Math.cos(ry))));
    for (int l = 0; l < encodings; l++) {
      int encoding = l;
      float dShift = FloatMath.of(FloatQkanSums.sum(sums, s -> s.shift[encoding][from]));
      float dWeight = FloatMath.of(FloatQkanSums.sum(sums, s -> s.weight[encoding][from]));
      float dRy = FloatMath.of(FloatQkanSums.sum(sums, s -> s.rotation[encoding][from]));
      setAngles(d, e, l + 1, dShift, dRy);
      setPreactivation(d, e * encodings + l, dWeight, dShift);
    }
  }

  private void setAngles(float[][] d, int e, int layer, float dRz, float dRy) {
    int angle = e * (encodings + 1) + layer;
    if (spec.ansatz() == QkanAnsatz.PZ) {
      d[0][2 * angle] = dRz;
      d[0][2 * angle + 1] = dRy;
    } else {
      d[0][angle] = dRy;
    }
  }
}
