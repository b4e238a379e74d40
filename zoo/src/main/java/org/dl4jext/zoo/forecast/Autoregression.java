package org.dl4jext.zoo.forecast;

/**
 * Linear autoregression by least squares: z_{t+1} = c + a_1 z_t + .. + a_p z_{t+1-p}, with the
 * order p of the smallest AIC. All orders are fitted to the same rows.
 */
final class Autoregression {

  private static final double RIDGE = 1e-8;

  private Autoregression() {}

  /**
   * Fits the coefficients c, a_1, .., a_p.
   *
   * @param z values in the order of time
   * @param maxOrder largest p that is tried; lowered where there are too few values
   */
  static double[] fit(double[] z, int maxOrder) {
    int most = Math.max(0, Math.min(maxOrder, (z.length - 4) / 3));
    int rows = z.length - most;
    int size = most + 1;
    double[][] normal = new double[size][size];
    double[] right = new double[size];
    double total = 0;
    double[] row = new double[size];
    for (int t = most; t < z.length; t++) {
      row[0] = 1;
      for (int lag = 1; lag <= most; lag++) {
        row[lag] = z[t - lag];
      }
      for (int i = 0; i < size; i++) {
        for (int j = 0; j <= i; j++) {
          normal[i][j] += row[i] * row[j];
        }
        right[i] += row[i] * z[t];
      }
      total += z[t] * z[t];
    }
    double[] projected = new double[size];
    cholesky(normal, right, projected);
    return backward(normal, projected, bestOrder(projected, total, rows));
  }

  /** Turns the lower triangle into its Cholesky factor and solves for the projections on it. */
  private static void cholesky(double[][] a, double[] right, double[] projected) {
    for (int i = 0; i < a.length; i++) {
      a[i][i] += RIDGE * a[i][i] + Double.MIN_NORMAL;
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = i == j ? Math.sqrt(Math.max(sum, RIDGE * a[i][i])) : sum / a[j][j];
      }
      double sum = right[i];
      for (int k = 0; k < i; k++) {
        sum -= a[i][k] * projected[k];
      }
      projected[i] = sum / a[i][i];
    }
  }

  /** Each projection takes its square off the residual sum of squares. */
  private static int bestOrder(double[] projected, double total, int rows) {
    double squares = total;
    double best = Double.POSITIVE_INFINITY;
    int order = 0;
    for (int p = 0; p < projected.length; p++) {
      squares -= projected[p] * projected[p];
      double aic =
          rows * Math.log(Math.max(squares, 1e-12 * total + 1e-300) / rows) + 2.0 * (p + 1);
      if (aic < best - 1e-9) {
        best = aic;
        order = p;
      }
    }
    return order;
  }

  private static double[] backward(double[][] factor, double[] projected, int order) {
    double[] coefficients = new double[order + 1];
    for (int i = order; i >= 0; i--) {
      double sum = projected[i];
      for (int k = i + 1; k <= order; k++) {
        sum -= factor[k][i] * coefficients[k];
      }
      coefficients[i] = sum / factor[i][i];
    }
    return coefficients;
  }
}
