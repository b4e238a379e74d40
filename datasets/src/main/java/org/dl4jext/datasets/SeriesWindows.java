package org.dl4jext.datasets;

import java.util.Arrays;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A series as windows and the value after each, scaled to [-1,1] by the least and the largest value
 * of the whole series, and split by time.
 *
 * <p>As in the benchmark, a series of S values gives S - window - 1 examples. Scaling by the whole
 * series lets the training part know the range of the test part: the published convention, kept for
 * comparison.
 */
public final class SeriesWindows {

  private final double[] scaled;
  private final double[] original;
  private final int window;
  private final int trained;

  /**
   * @param series finite values, not all equal
   * @param window steps of an example, at least 1
   * @param trainShare share of the examples, the first, that train; above 0 and below 1
   */
  public SeriesWindows(double[] series, int window, double trainShare) {
    if (window < 1 || series.length < window + 3) {
      throw new IllegalArgumentException(
          "SeriesWindows: window is "
              + window
              + " for "
              + series.length
              + " values; allowed: 1 to 3 less than their number");
    }
    if (!(trainShare > 0 && trainShare < 1)) {
      throw new IllegalArgumentException(
          "SeriesWindows: trainShare is " + trainShare + "; allowed: above 0, below 1");
    }
    double least = Arrays.stream(series).min().getAsDouble();
    double largest = Arrays.stream(series).max().getAsDouble();
    if (!(largest > least) || !Double.isFinite(largest - least)) {
      throw new IllegalArgumentException(
          "SeriesWindows: values are within ["
              + least
              + ", "
              + largest
              + "]; allowed: finite, not all equal");
    }
    this.original = series.clone();
    this.scaled = Arrays.stream(series).map(v -> 2 * (v - least) / (largest - least) - 1).toArray();
    this.window = window;
    this.trained = Math.max(1, Math.min(size() - 1, (int) (trainShare * size())));
  }

  /** Number of examples. */
  public int size() {
    return original.length - window - 1;
  }

  /** Number of examples that train. */
  public int trainSize() {
    return trained;
  }

  /** The scaled series. */
  public double[] scaled() {
    return scaled.clone();
  }

  /** The examples before the split: features [n,1,window], labels [n,1]. */
  public DataSet train() {
    return examples(0, trained);
  }

  /** The examples after the split: features [n,1,window], labels [n,1]. */
  public DataSet test() {
    return examples(trained, size());
  }

  private DataSet examples(int from, int to) {
    double[][][] features = new double[to - from][1][];
    double[][] labels = new double[to - from][1];
    for (int i = from; i < to; i++) {
      features[i - from][0] = Arrays.copyOfRange(scaled, i, i + window);
      labels[i - from][0] = scaled[i + window];
    }
    return new DataSet(
        Nd4j.createFromArray(features).castTo(Nd4j.defaultFloatingPointType()),
        Nd4j.createFromArray(labels).castTo(Nd4j.defaultFloatingPointType()));
  }
}
