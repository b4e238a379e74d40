package org.dl4jext.samediff.qkan;

import java.util.Arrays;

/**
 * One step of a QKAN-LSTM in double precision, the shortest readable form.
 *
 * <pre>
 *   v = [h, x];  f = s(Phi_f(v)), i = s(Phi_i(v)), g = tanh(Phi_g(v)), o = s(Phi_o(v))
 *   c = f c + i g;  h = o tanh(c)                                              s = sigmoid
 * </pre>
 */
final class QkanCellReference {

  /**
   * What a step keeps.
   *
   * @param v [h, x]
   * @param latent input of the circuits
   * @param read output of the circuits
   * @param gates f, i, g, o after their activations
   * @param before c before the step
   * @param c after the step
   * @param h after the step
   */
  record Step(
      double[] v,
      double[] latent,
      double[] read,
      double[] gates,
      double[] before,
      double[] c,
      double[] h) {}

  private final QkanLstmLayout layout;
  private final int size;
  private final boolean hybrid;
  private final QkanReference circuits;
  private final double[][] parameters;
  private final double[][] codecGradients = new double[4][];

  QkanCellReference(QkanLstmLayout layout, double[][] parameters) {
    this.layout = layout;
    this.size = layout.outputSize();
    this.hybrid = layout.spec().isHybrid();
    this.parameters = parameters;
    this.circuits = new QkanReference(layout.circuits(), parameters);
    for (int i = 0; i < 4 && hybrid; i++) {
      codecGradients[i] = new double[parameters[layout.codec() + i].length];
    }
  }

  double[] gradient(int parameter) {
    return parameter < layout.codec()
        ? circuits.gradients[parameter]
        : codecGradients[parameter - layout.codec()];
  }

  Step forward(double[] x, double[] h, double[] c) {
    double[] v = Arrays.copyOf(h, layout.joinedSize());
    System.arraycopy(x, 0, v, size, x.length);
    double[] latent = hybrid ? encode(v) : v;
    double[] read = circuits.forward(latent);
    double[] gates = hybrid ? decode(read) : read.clone();
    double[] newC = new double[size];
    double[] newH = new double[size];
    for (int e = 0; e < 4 * size; e++) {
      gates[e] = e / size == 2 ? Math.tanh(gates[e]) : QkanReference.sigmoid(gates[e]);
    }
    for (int e = 0; e < size; e++) {
      newC[e] = gates[e] * c[e] + gates[size + e] * gates[2 * size + e];
      newH[e] = gates[3 * size + e] * Math.tanh(newC[e]);
    }
    return new Step(v, latent, read, gates, c, newC, newH);
  }

  /**
   * Goes back through a step.
   *
   * @param dh gradient of h after the step
   * @param dc gradient of c after the step; overwritten by that of c before it
   * @return gradient of v
   */
  double[] backward(Step step, double[] dh, double[] dc) {
    double[] d = new double[4 * size]; // of the gates before their activations
    double[] a = step.gates;
    for (int e = 0; e < size; e++) {
      double f = a[e];
      double i = a[size + e];
      double g = a[2 * size + e];
      double o = a[3 * size + e];
      double tanh = Math.tanh(step.c[e]);
      double dCell = dc[e] + dh[e] * o * (1 - tanh * tanh);
      d[e] = dCell * step.before[e] * f * (1 - f);
      d[size + e] = dCell * g * i * (1 - i);
      d[2 * size + e] = dCell * i * (1 - g * g);
      d[3 * size + e] = dh[e] * tanh * o * (1 - o);
      dc[e] = dCell * f;
    }
    double[] dRead = hybrid ? decodeBackward(step.read, d) : d;
    double[] dLatent = circuits.backward(step.latent, dRead);
    return hybrid ? encodeBackward(step.v, dLatent) : dLatent;
  }

  /** W v + b, row after row of all encoders. */
  private double[] encode(double[] v) {
    double[] w = parameters[layout.codec()];
    double[] z = parameters[layout.codec() + 1].clone();
    for (int j = 0; j < z.length; j++) {
      for (int k = 0; k < v.length; k++) {
        z[j] += w[j * v.length + k] * v[k];
      }
    }
    return z;
  }

  private double[] encodeBackward(double[] v, double[] dz) {
    double[] w = parameters[layout.codec()];
    double[] dv = new double[v.length];
    for (int j = 0; j < dz.length; j++) {
      codecGradients[1][j] += dz[j];
      for (int k = 0; k < v.length; k++) {
        codecGradients[0][j * v.length + k] += dz[j] * v[k];
        dv[k] += dz[j] * w[j * v.length + k];
      }
    }
    return dv;
  }

  /** The gates before their activations. */
  private double[] decode(double[] read) {
    double[] w = parameters[layout.codec() + 2];
    double[] b = parameters[layout.codec() + 3];
    int latent = layout.spec().latentOut();
    double[] pre = new double[4 * size];
    for (int e = 0; e < pre.length; e++) {
      int row = e % (layout.codecs() * size);
      pre[e] = b[row];
      for (int k = 0; k < latent; k++) {
        pre[e] += w[row * latent + k] * read[e / size * latent + k];
      }
    }
    return pre;
  }

  private double[] decodeBackward(double[] read, double[] d) {
    double[] w = parameters[layout.codec() + 2];
    int latent = layout.spec().latentOut();
    double[] dRead = new double[read.length];
    for (int e = 0; e < d.length; e++) {
      int row = e % (layout.codecs() * size);
      codecGradients[3][row] += d[e];
      for (int k = 0; k < latent; k++) {
        codecGradients[2][row * latent + k] += d[e] * read[e / size * latent + k];
        dRead[e / size * latent + k] += d[e] * w[row * latent + k];
      }
    }
    return dRead;
  }
}
