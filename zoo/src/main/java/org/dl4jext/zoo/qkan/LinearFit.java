package org.dl4jext.zoo.qkan;

/** A linear autoregression with an intercept, by least squares. */
final class LinearFit {

  private LinearFit() {}

  /**
   * Fits a value by those before it.
   *
   * @param order number of values before
   * @param examples how many of the first windows train
   * @return one coefficient for each value of a window, then the intercept
   */
  static double[] fit(double[] series, int order, int examples) {
    int size = order + 1;
    double[][] normal = new double[size][size + 1];
    for (int i = 0; i < examples; i++) {
      for (int r = 0; r < size; r++) {
        for (int c = 0; c < size; c++) {
          normal[r][c] += at(series, i, r, order) * at(series, i, c, order);
        }
        normal[r][size] += at(series, i, r, order) * series[i + order];
      }
    }
    return solve(normal);
  }

  private static double at(double[] series, int window, int column, int order) {
    return column == order ? 1 : series[window + column];
  }

  /** Gauss elimination with partial pivoting of a system with the right side in the last column. */
  private static double[] solve(double[][] a) {
    int size = a.length;
    for (int k = 0; k < size; k++) {
      int pivot = k;
      for (int r = k + 1; r < size; r++) {
        pivot = Math.abs(a[r][k]) > Math.abs(a[pivot][k]) ? r : pivot;
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      for (int r = k + 1; r < size; r++) {
        double factor = a[r][k] / row[k];
        for (int c = k; c <= size; c++) {
          a[r][c] -= factor * row[c];
        }
      }
    }
    double[] x = new double[size];
    for (int r = size - 1; r >= 0; r--) {
      double sum = a[r][size];
      for (int c = r + 1; c < size; c++) {
        sum -= a[r][c] * x[c];
      }
      x[r] = sum / a[r][r];
    }
    return x;
  }

  /** The forecast of the value after a window. */
  static double predict(double[] coefficients, double[] series, int window) {
    int order = coefficients.length - 1;
    double sum = coefficients[order];
    for (int i = 0; i < order; i++) {
      sum += coefficients[i] * series[window + i];
    }
    return sum;
  }
}
