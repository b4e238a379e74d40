package org.dl4jext.samediff.block;

import java.util.Arrays;

/** {@code y = gelu(x W + b) Wo + bo}; parameters are W [nIn,F], b, Wo [F,nOut], bo. */
record GeluMlpFunction() implements RowFunction {

  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBE = 0.044715;

  /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
  static double gelu(double x) {
    return x / 2 * (1 + Math.tanh(ROOT * (x + CUBE * x * x * x)));
  }

  /** Derivative of {@link #gelu}. */
  static double slope(double x) {
    double t = Math.tanh(ROOT * (x + CUBE * x * x * x));
    return (1 + t) / 2 + x / 2 * (1 - t * t) * ROOT * (1 + 3 * CUBE * x * x);
  }

  private static double[] affine(double[] x, double[] w, double[] b) {
    double[] y = b.clone();
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += x[i] * w[i * y.length + j];
      }
    }
    return y;
  }

  @Override
  public double[] value(double[] x, double[][] parameters) {
    double[] hidden = affine(x, parameters[0], parameters[1]);
    return affine(
        Arrays.stream(hidden).map(GeluMlpFunction::gelu).toArray(), parameters[2], parameters[3]);
  }

  @Override
  public double[] gradient(double[] x, double[][] parameters, double[] dy, double[][] gradients) {
    double[] hidden = affine(x, parameters[0], parameters[1]);
    double[] activated = Arrays.stream(hidden).map(GeluMlpFunction::gelu).toArray();
    double[] dh = affineGradient(activated, parameters[2], dy, gradients[2], gradients[3]);
    for (int j = 0; j < dh.length; j++) {
      dh[j] *= slope(hidden[j]);
    }
    return affineGradient(x, parameters[0], dh, gradients[0], gradients[1]);
  }

  private static double[] affineGradient(
      double[] x, double[] w, double[] dy, double[] dw, double[] db) {
    double[] dx = new double[x.length];
    for (int j = 0; j < dy.length; j++) {
      db[j] += dy[j];
      for (int i = 0; i < x.length; i++) {
        dx[i] += dy[j] * w[i * dy.length + j];
        dw[i * dy.length + j] += x[i] * dy[j];
      }
    }
    return dx;
  }
}
