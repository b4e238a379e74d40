package org.dl4jext.samediff.qkan;

import java.util.ArrayList;
import java.util.List;

/**
 * One single-qubit circuit in double precision, rotation by rotation: the reference form.
 *
 * <p>The state is the Bloch vector (X,Y,Z), (1,0,0) after H. Rz(p) turns X,Y: X' = X cos p - Y sin
 * p, Y' = X sin p + Y cos p. Ry(q) turns X,Z: X' = X cos q + Z sin q, Z' = -X sin q + Z cos q.
 */
final class QkanCircuit {

  private enum Axis {
    /** A rotation about z. */
    Z,
    /** A rotation about y. */
    Y
  }

  /**
   * A rotation that was made.
   *
   * @param axis what it turns about
   * @param angle in radians
   * @param theta index of the trainable angle, or -1
   * @param encoding index of the encoding, or -1
   */
  private record Rotation(Axis axis, double angle, int theta, int encoding) {}

  private final QkanSpec spec;
  private final double x;
  private final double[] weight;
  private final List<Rotation> rotations = new ArrayList<>();
  private double[] state = {1, 0, 0};

  /**
   * Runs the circuit.
   *
   * @param theta angles of all layers
   * @param weight of each encoding
   * @param bias of each encoding
   */
  QkanCircuit(QkanSpec spec, double x, double[] theta, double[] weight, double[] bias) {
    this.spec = spec;
    this.x = x;
    this.weight = weight;
    int next = 0;
    for (int l = 0; l < spec.ansatz().layers(spec.reps()); l++) {
      switch (spec.ansatz()) {
        case PZ -> {
          rotate(new Rotation(Axis.Z, theta[next], next++, -1));
          rotate(new Rotation(Axis.Y, theta[next], next++, -1));
        }
        case RPZ -> rotate(new Rotation(Axis.Y, theta[next], next++, -1));
        case REAL -> {
          flip(1, -1, -1); // the X gate
          rotate(new Rotation(Axis.Y, theta[next], next++, -1));
          flip(-1, -1, 1); // the Z gate
        }
      }
      if (l < spec.reps()) {
        Axis axis = spec.ansatz() == QkanAnsatz.REAL ? Axis.Y : Axis.Z;
        rotate(new Rotation(axis, weight[l] * x + bias[l], -1, l));
      }
    }
  }

  private void flip(int x, int y, int z) {
    state = new double[] {x * state[0], y * state[1], z * state[2]};
  }

  private void rotate(Rotation r) {
    rotations.add(r);
    state = rotated(r, r.angle, state);
  }

  private static double[] rotated(Rotation r, double angle, double[] v) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return r.axis == Axis.Z
        ? new double[] {v[0] * c - v[1] * s, v[0] * s + v[1] * c, v[2]}
        : new double[] {v[0] * c + v[2] * s, v[1], -v[0] * s + v[2] * c};
  }

  /** phi(x). */
  double value() {
    double z = Math.max(-1, Math.min(1, state[2]));
    return spec.measure() == QkanMeasure.EXPECTATION
        ? state[2]
        : Math.sqrt((1 + z) / 2) - Math.sqrt((1 - z) / 2);
  }

  private double slope() {
    if (spec.measure() == QkanMeasure.EXPECTATION) {
      return 1;
    }
    double z = Math.max(-1, Math.min(1, state[2]));
    double sum = Math.sqrt((1 + z) / 2) + Math.sqrt((1 - z) / 2);
    double sine = Math.hypot(state[0], state[1]);
    return sum / (2 * Math.max(sine, QkanMeasure.LEAST_SINE));
  }

  /**
   * Adds the gradients of {@code dPhi phi(x)}.
   *
   * @return the gradient by x
   */
  double backward(double dPhi, double[] dTheta, double[] dWeight, double[] dBias) {
    double dx = 0;
    double[] v = state;
    double[] adjoint = {0, 0, dPhi * slope()};
    for (int i = rotations.size() - 1; i >= 0; i--) {
      Rotation r = rotations.get(i);
      double dAngle =
          r.axis == Axis.Z
              ? adjoint[1] * v[0] - adjoint[0] * v[1]
              : adjoint[0] * v[2] - adjoint[2] * v[0];
      if (r.theta >= 0) {
        dTheta[r.theta] += dAngle;
      } else {
        dWeight[r.encoding] += dAngle * x;
        dBias[r.encoding] += dAngle;
        dx += dAngle * weight[r.encoding];
      }
      if (spec.ansatz() == QkanAnsatz.REAL) {
        v = backThroughReal(r, v);
        adjoint = backThroughReal(r, adjoint);
      } else {
        v = rotated(r, -r.angle, v);
        adjoint = rotated(r, -r.angle, adjoint);
      }
    }
    return dx;
  }

  /** The Z gate stands before an encoding, the X gate before a trainable angle. */
  private static double[] backThroughReal(Rotation r, double[] v) {
    double[] before = rotated(r, -r.angle, v);
    if (r.encoding >= 0) {
      return new double[] {-before[0], -before[1], before[2]};
    }
    return new double[] {before[0], -before[1], -before[2]};
  }
}
