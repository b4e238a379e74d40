package org.dl4jext.zoo.forecast;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.dl4jext.zoo.stream.ModelStream;
import org.dl4jext.zoo.stream.NetworkStream;

/**
 * Rows of a series in, forecasts of the targets of the next row out; NaN until there are as many
 * rows as the features need. Unlike {@link ForecastModel#forecast}, which reads the last rows anew,
 * it keeps the network's state of all rows: both agree while the rows are those that the model
 * reads.
 */
public final class SeriesStream implements ModelStream {

  private final ForecastFormat format;
  private final NetworkStream network;

  /** The last rows that a row's features need, and that row; [column][row]. */
  private final double[][] rows;

  private int known;

  /** A stream before the first row. */
  public SeriesStream(ForecastModel model) {
    format = model.format();
    network = new NetworkStream(model.network());
    rows = new double[format.codecs().size()][format.memory() + 1];
  }

  @Override
  public int inputs() {
    return rows.length;
  }

  @Override
  public double[] step(double[] x) {
    int last = format.memory();
    for (int c = 0; c < rows.length; c++) {
      System.arraycopy(rows[c], 1, rows[c], 0, last);
      rows[c][last] = x[c];
    }
    known = Math.min(known + 1, last + 1);
    double[] forecast = new double[format.targets().size()];
    if (known <= last) {
      Arrays.fill(forecast, Double.NaN);
      return forecast;
    }
    double[] features = new double[format.features()];
    int at = 0;
    for (int c = 0; c < rows.length; c++) {
      format.codecs().get(c).encode(rows[c], last, features, at);
      at += format.codecs().get(c).features();
    }
    double[] output = network.step(features);
    for (int c = 0; c < forecast.length; c++) {
      forecast[c] = format.codecs().get(c).decode(rows[c], last, output[c]);
    }
    return forecast;
  }

  @Override
  public void write(DataOutputStream out) throws IOException {
    out.writeInt(known);
    for (double[] column : rows) {
      for (double value : column) {
        out.writeDouble(value);
      }
    }
    network.write(out);
  }

  @Override
  public void read(DataInputStream in) throws IOException {
    known = in.readInt();
    for (double[] column : rows) {
      for (int t = 0; t < column.length; t++) {
        column[t] = in.readDouble();
      }
    }
    network.read(in);
  }
}
