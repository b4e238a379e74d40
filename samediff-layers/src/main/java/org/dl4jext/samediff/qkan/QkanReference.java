package org.dl4jext.samediff.qkan;

import java.util.Arrays;

/** A QKAN map in double precision, edge by edge: the slow form of all others. */
final class QkanReference {

  private final QkanLayout layout;
  private final QkanSpec spec;
  private final double[][] parameters;
  final double[][] gradients;

  /**
   * @param parameters those of the layout in c order
   */
  QkanReference(QkanLayout layout, double[][] parameters) {
    this.layout = layout;
    this.spec = layout.spec();
    this.parameters = parameters;
    this.gradients = new double[layout.parameters().size()][];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = new double[parameters[i].length];
    }
  }

  /** y of one row x. */
  double[] forward(double[] x) {
    double[] y = new double[layout.outputSize()];
    for (int e = 0; e < layout.edges(); e++) {
      double v = x[input(e)];
      y[output(e)] += gain(e) * (circuit(e, v).value() + offset(e)) + base(e) * silu(v);
    }
    return y;
  }

  /** Adds to the gradients of the parameters; returns that of x. */
  double[] backward(double[] x, double[] dy) {
    double[] dx = new double[x.length];
    int angles = layout.anglesPerEdge();
    int reps = spec.reps();
    for (int e = 0; e < layout.edges(); e++) {
      double v = x[input(e)];
      double d = dy[output(e)];
      QkanCircuit circuit = circuit(e, v);
      double[] dTheta = new double[angles];
      double[] dWeight = new double[reps];
      double[] dBias = new double[reps];
      dx[input(e)] += circuit.backward(d * gain(e), dTheta, dWeight, dBias);
      add(dTheta, gradients[0], e);
      if (layout.preactivation() >= 0) {
        add(dWeight, gradients[layout.preactivation()], e);
        add(dBias, gradients[layout.preactivation() + 1], e);
      }
      if (layout.postactivation() >= 0) {
        gradients[layout.postactivation()][e] += d * (circuit.value() + offset(e));
        gradients[layout.postactivation() + 1][e] += d * gain(e);
      }
      if (layout.base() >= 0) {
        gradients[layout.base()][e] += d * silu(v);
        double s = sigmoid(v);
        dx[input(e)] += d * base(e) * s * (1 + v * (1 - s));
      }
    }
    return dx;
  }

  private int input(int e) {
    int group = e / (layout.inputs() * layout.outputs());
    return (layout.sharedInput() ? 0 : group * layout.inputs()) + e % layout.inputs();
  }

  private int output(int e) {
    return e / layout.inputs();
  }

  private QkanCircuit circuit(int e, double v) {
    double[] weight = new double[spec.reps()];
    double[] bias = new double[spec.reps()];
    Arrays.fill(weight, 1);
    if (layout.preactivation() >= 0) {
      weight = edge(parameters[layout.preactivation()], e, spec.reps());
      bias = edge(parameters[layout.preactivation() + 1], e, spec.reps());
    }
    return new QkanCircuit(spec, v, edge(parameters[0], e, layout.anglesPerEdge()), weight, bias);
  }

  private static double[] edge(double[] all, int e, int size) {
    return Arrays.copyOfRange(all, e * size, (e + 1) * size);
  }

  private static void add(double[] of, double[] all, int e) {
    for (int i = 0; i < of.length; i++) {
      all[e * of.length + i] += of[i];
    }
  }

  private double gain(int e) {
    return layout.postactivation() < 0 ? 1 : parameters[layout.postactivation()][e];
  }

  private double offset(int e) {
    return layout.postactivation() < 0 ? 0 : parameters[layout.postactivation() + 1][e];
  }

  private double base(int e) {
    return layout.base() < 0 ? 0 : parameters[layout.base()][e];
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double silu(double x) {
    return x * sigmoid(x);
  }
}
