package org.dl4jext.zoo.forecast;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The last rows of a series, as a network reads them: turns rows into input for {@code rnnTimeStep}
 * and its output into the next row. Not thread-safe.
 */
public final class SeriesState {

  private final ForecastFormat format;
  private final double[][] rows;

  /**
   * A state that ends with the given rows.
   *
   * @param rows [column][row], at least {@code format.memory() + format.context()} of them
   */
  public SeriesState(ForecastFormat format, double[][] rows) {
    int needed = format.memory() + format.context();
    if (rows.length != format.codecs().size()) {
      throw new IllegalArgumentException(
          "rows of " + rows.length + " columns; needed: " + format.codecs().size());
    }
    this.format = format;
    this.rows = new double[rows.length][];
    for (int c = 0; c < rows.length; c++) {
      if (rows[c].length < needed) {
        throw new IllegalArgumentException(
            rows[c].length + " rows; needed: at least " + needed + " (memory and context)");
      }
      this.rows[c] = Arrays.copyOfRange(rows[c], rows[c].length - needed, rows[c].length);
    }
  }

  /** The whole context as input, [1, features, context]. */
  public INDArray context() {
    int steps = format.context();
    float[] read = new float[format.features() * steps];
    for (int t = 0; t < steps; t++) {
      double[] row = encode(format.memory() + t);
      for (int f = 0; f < row.length; f++) {
        read[f * steps + t] = (float) row[f];
      }
    }
    return Nd4j.createFromArray(read).reshape('c', 1, format.features(), steps);
  }

  /** The last row as input, [1, features, 1]. */
  public INDArray lastRow() {
    double[] row = encode(rows[0].length - 1);
    float[] read = new float[row.length];
    for (int f = 0; f < row.length; f++) {
      read[f] = (float) row[f];
    }
    return Nd4j.createFromArray(read).reshape('c', 1, row.length, 1);
  }

  private double[] encode(int t) {
    double[] row = new double[format.features()];
    int at = 0;
    for (int c = 0; c < rows.length; c++) {
      format.codecs().get(c).encode(rows[c], t, row, at);
      at += format.codecs().get(c).features();
    }
    return row;
  }

  /**
   * The next row, targets first.
   *
   * @param output of the network, [1, columns, steps]; its last step counts
   */
  public double[] decode(INDArray output) {
    double[] next = new double[rows.length];
    for (int c = 0; c < next.length; c++) {
      double last = output.getDouble(0, c, output.size(2) - 1);
      next[c] = format.codecs().get(c).decode(rows[c], rows[c].length - 1, last);
    }
    return next;
  }

  /** Appends a row, forecast or observed, and forgets the oldest. */
  public SeriesState append(double... row) {
    for (int c = 0; c < rows.length; c++) {
      System.arraycopy(rows[c], 1, rows[c], 0, rows[c].length - 1);
      rows[c][rows[c].length - 1] = row[c];
    }
    return this;
  }
}
