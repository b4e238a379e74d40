package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Linear recurrences of small blocks over time in ceil(log2 T) rounds of array operations (Hillis
 * and Steele 1986).
 *
 * <p>Arrays are [T*N,n]; J is [S][S] of them, r is [S] of them.
 */
final class ArrayScan {

  private ArrayScan() {}

  /**
   * Overwrites r by the solution of d_t = J_t d_{t-1} + r_t with d = 0 before the start, and J by
   * products of no use. J_0 must be 0.
   */
  static void solve(INDArray[][] j, INDArray[] r, long steps) {
    long rows = r[0].size(0);
    for (long s = 1; s < steps; s *= 2) {
      long shift = s * (rows / steps);
      round(cut(j, shift, rows), cut(j, 0, rows - shift), r, shift, rows, shift);
    }
  }

  /**
   * Overwrites r by the solution of d_t = J_{t+1} d_{t+1} + r_t with d = 0 after the end; J stays
   * as it is.
   */
  static void solveBackward(INDArray[][] j, INDArray[] r, long steps) {
    if (steps == 1) {
      return;
    }
    long rows = r[0].size(0);
    long one = rows / steps;
    INDArray[][] product = new INDArray[j.length][j.length];
    for (int a = 0; a < j.length; a++) {
      for (int b = 0; b < j.length; b++) {
        product[a][b] = j[a][b].ulike();
        Views.cut(product[a][b], 0, 0, rows - one).assign(Views.cut(j[a][b], 0, one, rows));
        Views.cut(product[a][b], 0, rows - one, rows).assign(0);
      }
    }
    for (long s = 1; s < steps; s *= 2) {
      long shift = s * one;
      round(cut(product, 0, rows - shift), cut(product, shift, rows), r, 0, rows - shift, -shift);
    }
  }

  /** Adds J r of a distance to r, and makes J the product over that distance. */
  private static void round(
      INDArray[][] here, INDArray[][] there, INDArray[] r, long from, long to, long shift) {
    int size = r.length;
    INDArray[] sums = new INDArray[size];
    INDArray[][] products = new INDArray[size][size];
    for (int a = 0; a < size; a++) {
      for (int u = 0; u < size; u++) {
        INDArray term = here[a][u].mul(Views.cut(r[u], 0, from - shift, to - shift));
        sums[a] = sums[a] == null ? term : sums[a].addi(term);
        for (int b = 0; b < size; b++) {
          INDArray product = here[a][u].mul(there[u][b]);
          products[a][b] = products[a][b] == null ? product : products[a][b].addi(product);
        }
      }
    }
    for (int a = 0; a < size; a++) {
      Views.cut(r[a], 0, from, to).addi(sums[a]);
      for (int b = 0; b < size; b++) {
        here[a][b].assign(products[a][b]);
      }
    }
  }

  private static INDArray[][] cut(INDArray[][] j, long from, long to) {
    INDArray[][] part = new INDArray[j.length][j.length];
    for (int a = 0; a < j.length; a++) {
      for (int b = 0; b < j.length; b++) {
        part[a][b] = Views.cut(j[a][b], 0, from, to);
      }
    }
    return part;
  }
}
