package org.dl4jext.zoo.forecast;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Forecasts of a network from many origins at once: it reads the context before each origin, then
 * steps with {@code rnnTimeStep} on its own forecasts. Rows after an origin are never read.
 */
final class NetworkForecaster {

  private static final int BATCH = 256;

  private final MultiLayerNetwork network;
  private final List<ColumnCodec> codecs;
  private final int context;
  private final int memory;
  private final int features;

  NetworkForecaster(MultiLayerNetwork network, List<ColumnCodec> codecs, int context) {
    this.network = network;
    this.codecs = codecs;
    this.context = context;
    this.memory = codecs.stream().mapToInt(ColumnCodec::memory).max().orElseThrow();
    this.features = codecs.stream().mapToInt(ColumnCodec::features).sum();
  }

  /** The first origin that has a whole context before it. */
  int firstOrigin() {
    return memory + context - 1;
  }

  /**
   * Forecasts.
   *
   * @param x [column][row]
   * @param origins last known rows
   * @return [column][origin][lead]
   */
  double[][][] forecast(double[][] x, int[] origins, int horizon) {
    double[][][] forecasts = new double[x.length][origins.length][];
    for (int from = 0; from < origins.length; from += BATCH) {
      int to = Math.min(origins.length, from + BATCH);
      batch(x, Arrays.copyOfRange(origins, from, to), horizon, forecasts, from);
    }
    network.rnnClearPreviousState();
    return forecasts;
  }

  private void batch(double[][] x, int[] origins, int horizon, double[][][] forecasts, int from) {
    int n = origins.length;
    int known = memory + context;
    double[][][] tails = new double[n][x.length][];
    float[] read = new float[n * features * context];
    double[] row = new double[features];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < x.length; c++) {
        double[] tail = Arrays.copyOfRange(x[c], origins[i] + 1 - known, origins[i] + 1);
        tails[i][c] = Arrays.copyOf(tail, known + horizon);
      }
      for (int t = 0; t < context; t++) {
        encode(tails[i], memory + t, row);
        for (int f = 0; f < features; f++) {
          read[(i * features + f) * context + t] = (float) row[f];
        }
      }
    }
    network.rnnClearPreviousState();
    INDArray whole =
        network.rnnTimeStep(Nd4j.createFromArray(read).reshape('c', n, features, context));
    double[][] output = lastStep(whole);
    for (int lead = 0; lead < horizon; lead++) {
      int t = known - 1 + lead;
      float[] next = new float[n * features];
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < x.length; c++) {
          if (lead == 0) {
            forecasts[c][from + i] = new double[horizon];
          }
          double value = codecs.get(c).decode(tails[i][c], t, output[i][c]);
          tails[i][c][t + 1] = value;
          forecasts[c][from + i][lead] = value;
        }
        encode(tails[i], t + 1, row);
        for (int f = 0; f < features; f++) {
          next[i * features + f] = (float) row[f];
        }
      }
      if (lead + 1 < horizon) {
        output =
            lastStep(network.rnnTimeStep(Nd4j.createFromArray(next).reshape('c', n, features, 1)));
      }
    }
  }

  private void encode(double[][] columns, int t, double[] row) {
    int at = 0;
    for (int c = 0; c < columns.length; c++) {
      codecs.get(c).encode(columns[c], t, row, at);
      at += codecs.get(c).features();
    }
  }

  /** [N, columns, T] -> [N][columns] of the last step. */
  private static double[][] lastStep(INDArray output) {
    long steps = output.size(2);
    double[] flat = output.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    int n = (int) output.size(0);
    int columns = (int) output.size(1);
    double[][] last = new double[n][columns];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < columns; c++) {
        last[i][c] = flat[(int) ((i * (long) columns + c + 1) * steps - 1)];
      }
    }
    return last;
  }
}
