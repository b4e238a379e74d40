package org.dl4jext.samediff.block;

/** The map of one step in double precision, as short as it can be written: the oracle. */
interface RowFunction {

  /** y of one step. */
  double[] value(double[] x, double[][] parameters);

  /**
   * Backward of one step.
   *
   * @param parameterGradients added to
   * @return dx
   */
  double[] gradient(double[] x, double[][] parameters, double[] dy, double[][] parameterGradients);

  /** The norms; parameters are g and b where the spec has them. */
  record Norm(NormSpec spec) implements RowFunction {

    @Override
    public double[] value(double[] x, double[][] parameters) {
      double[] y = normalised(x);
      for (int i = 0; i < x.length; i++) {
        y[i] = gain(parameters, i) * y[i] + (spec.bias() ? last(parameters)[i] : 0);
      }
      return y;
    }

    @Override
    public double[] gradient(
        double[] x, double[][] parameters, double[] dy, double[][] parameterGradients) {
      int size = x.length;
      double[] z = normalised(x);
      double[] dz = new double[size];
      double mean = 0;
      double dot = 0;
      for (int i = 0; i < size; i++) {
        if (spec.gain()) {
          parameterGradients[0][i] += dy[i] * z[i];
        }
        if (spec.bias()) {
          last(parameterGradients)[i] += dy[i];
        }
        dz[i] = dy[i] * gain(parameters, i);
        mean += spec.centred() ? dz[i] / size : 0;
        dot += dz[i] * z[i] / size;
      }
      double[] dx = new double[size];
      for (int i = 0; i < size; i++) {
        dx[i] = (dz[i] - mean - z[i] * dot) * rate(x);
      }
      return dx;
    }

    private double[] normalised(double[] x) {
      double[] z = new double[x.length];
      for (int i = 0; i < z.length; i++) {
        z[i] = (x[i] - mean(x)) * rate(x);
      }
      return z;
    }

    private double mean(double[] x) {
      double sum = 0;
      for (double v : x) {
        sum += v;
      }
      return spec.centred() ? sum / x.length : 0;
    }

    private double rate(double[] x) {
      double mean = mean(x);
      double sum = 0;
      for (double v : x) {
        sum += (v - mean) * (v - mean);
      }
      return 1 / Math.sqrt(sum / x.length + spec.eps());
    }

    private double gain(double[][] parameters, int i) {
      return spec.gain() ? parameters[0][i] : 1;
    }

    private static double[] last(double[][] parameters) {
      return parameters[parameters.length - 1];
    }
  }

  /** SwiGLU; parameters are W [nIn,2F] and Wo [F,nOut], row after row. */
  record SwiGlu() implements RowFunction {

    @Override
    public double[] value(double[] x, double[][] parameters) {
      double[] p = product(x, parameters[0]);
      double[] h = new double[p.length / 2];
      for (int j = 0; j < h.length; j++) {
        h[j] = p[j] * sigmoid(p[j]) * p[h.length + j];
      }
      return product(h, parameters[1]);
    }

    @Override
    public double[] gradient(
        double[] x, double[][] parameters, double[] dy, double[][] parameterGradients) {
      double[] p = product(x, parameters[0]);
      int hidden = p.length / 2;
      double[] dp = new double[p.length];
      for (int j = 0; j < hidden; j++) {
        double s = sigmoid(p[j]);
        double dh = 0;
        for (int o = 0; o < dy.length; o++) {
          dh += dy[o] * parameters[1][j * dy.length + o];
          parameterGradients[1][j * dy.length + o] += p[j] * s * p[hidden + j] * dy[o];
        }
        dp[j] = dh * p[hidden + j] * s * (1 + p[j] * (1 - s));
        dp[hidden + j] = dh * p[j] * s;
      }
      double[] dx = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        for (int j = 0; j < p.length; j++) {
          dx[i] += dp[j] * parameters[0][i * p.length + j];
          parameterGradients[0][i * p.length + j] += x[i] * dp[j];
        }
      }
      return dx;
    }

    private static double[] product(double[] x, double[] w) {
      double[] y = new double[w.length / x.length];
      for (int i = 0; i < x.length; i++) {
        for (int j = 0; j < y.length; j++) {
          y[j] += x[i] * w[i * y.length + j];
        }
      }
      return y;
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }
  }
}
