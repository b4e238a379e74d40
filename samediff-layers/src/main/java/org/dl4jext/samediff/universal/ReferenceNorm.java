package org.dl4jext.samediff.universal;

/** {@code gain (x - mean) / sqrt(variance + eps) + bias} of each row, forward and backward. */
final class ReferenceNorm {

  private final double[] gain;
  private final double[] bias;
  private final double[] gainGradient;
  private final double[] biasGradient;
  private final double eps;
  private double[][] z;
  private double[] rate;

  ReferenceNorm(ReferenceParameters parameters, String name, double eps) {
    gain = parameters.vector(name + "Gain");
    bias = parameters.vector(name + "Bias");
    gainGradient = parameters.gradient(name + "Gain");
    biasGradient = parameters.gradient(name + "Bias");
    this.eps = eps;
  }

  double[][] forward(double[][] x) {
    int size = gain.length;
    z = new double[x.length][size];
    rate = new double[x.length];
    double[][] y = new double[x.length][size];
    for (int i = 0; i < x.length; i++) {
      double mean = 0;
      for (double v : x[i]) {
        mean += v / size;
      }
      double variance = 0;
      for (double v : x[i]) {
        variance += (v - mean) * (v - mean) / size;
      }
      rate[i] = 1 / Math.sqrt(variance + eps);
      for (int j = 0; j < size; j++) {
        z[i][j] = (x[i][j] - mean) * rate[i];
        y[i][j] = z[i][j] * gain[j] + bias[j];
      }
    }
    return y;
  }

  double[][] backward(double[][] dy) {
    int size = gain.length;
    double[][] dx = new double[dy.length][size];
    for (int i = 0; i < dy.length; i++) {
      double sum = 0;
      double dot = 0;
      for (int j = 0; j < size; j++) {
        gainGradient[j] += dy[i][j] * z[i][j];
        biasGradient[j] += dy[i][j];
        dx[i][j] = dy[i][j] * gain[j];
        sum += dx[i][j] / size;
        dot += dx[i][j] * z[i][j] / size;
      }
      for (int j = 0; j < size; j++) {
        dx[i][j] = (dx[i][j] - sum - z[i][j] * dot) * rate[i];
      }
    }
    return dx;
  }
}
