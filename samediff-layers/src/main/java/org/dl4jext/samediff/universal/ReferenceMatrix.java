package org.dl4jext.samediff.universal;

/** Products of matrices given as rows, for the reference forms. */
final class ReferenceMatrix {

  private ReferenceMatrix() {}

  /** A B. */
  static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b.length == 0 ? 0 : b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < c[i].length; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  /** A B'. */
  static double[][] timesTransposed(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        for (int k = 0; k < a[i].length; k++) {
          c[i][j] += a[i][k] * b[j][k];
        }
      }
    }
    return c;
  }

  /** Adds A' B to flat elements in c order. */
  static void addTransposedTimes(double[][] a, double[][] b, double[] c) {
    for (int k = 0; k < a.length; k++) {
      int columns = b[k].length;
      for (int i = 0; i < a[k].length; i++) {
        for (int j = 0; j < columns; j++) {
          c[i * columns + j] += a[k][i] * b[k][j];
        }
      }
    }
  }

  /** Adds the sum of the rows. */
  static void addRows(double[][] a, double[] sum) {
    for (double[] row : a) {
      for (int j = 0; j < row.length; j++) {
        sum[j] += row[j];
      }
    }
  }

  /** A + B. */
  static double[][] sum(double[][] a, double[][] b) {
    double[][] c = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      c[i] = a[i].clone();
      for (int j = 0; j < c[i].length; j++) {
        c[i][j] += b[i][j];
      }
    }
    return c;
  }

  /** Flat elements in c order as rows. */
  static double[][] rows(double[] flat, int columns) {
    double[][] rows = new double[flat.length / columns][columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * columns, rows[i], 0, columns);
    }
    return rows;
  }

  /** The rows of one matrix, then those of another. */
  static double[][] stacked(double[][] a, double[][] b) {
    double[][] c = new double[a.length + b.length][];
    System.arraycopy(a, 0, c, 0, a.length);
    System.arraycopy(b, 0, c, a.length, b.length);
    return c;
  }

  /** Columns from .. from + count. */
  static double[][] columns(double[][] a, int from, int count) {
    double[][] c = new double[a.length][count];
    for (int i = 0; i < a.length; i++) {
      System.arraycopy(a[i], from, c[i], 0, count);
    }
    return c;
  }
}
