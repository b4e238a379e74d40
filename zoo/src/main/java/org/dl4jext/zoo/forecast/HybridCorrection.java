package org.dl4jext.zoo.forecast;

import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much of a network's correction of the autoregression is kept: all, half, or nothing. The
 * validation part decides. A correction is kept only if it lowers the error there by more than one
 * standard error of that gain; otherwise the simpler forecast, the autoregression alone, stays.
 */
final class HybridCorrection {

  private static final double[] SHARES = {1, 0.5};

  private HybridCorrection() {}

  /**
   * Chooses the share and multiplies the linear output layer by it.
   *
   * @return the share: 1, 0.5 or 0
   */
  static double choose(ForecastTrainer trainer, MultiLayerNetwork network) {
    INDArray trained = network.params().dup();
    scale(network, 0);
    double[] alone = trainer.errors(network);
    double best = 0;
    double most = 0;
    for (double share : SHARES) {
      network.setParams(trained);
      scale(network, share);
      double[] corrected = trainer.errors(network);
      double[] gains = new double[alone.length];
      for (int i = 0; i < gains.length; i++) {
        gains[i] = alone[i] - corrected[i];
      }
      double gain = Arrays.stream(gains).average().orElse(0);
      if (gain > most && gain > standardError(gains, trainer.dependentOrigins())) {
        most = gain;
        best = share;
      }
    }
    network.setParams(trained);
    scale(network, best);
    return best;
  }

  /**
   * Standard error of the mean of values in the order of time, from the means of blocks of {@code
   * block} neighbours, which depend on each other; infinite for fewer than two blocks.
   */
  static double standardError(double[] values, int block) {
    int blocks = values.length / block;
    if (blocks < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double[] means = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      means[b] = SeriesStatistics.mean(Arrays.copyOfRange(values, b * block, (b + 1) * block));
    }
    return Math.sqrt(SeriesStatistics.variance(means) / (blocks - 1));
  }

  private static void scale(MultiLayerNetwork network, double share) {
    String output = Integer.toString(network.getnLayers() - 1);
    network.getParam(output + "_W").muli(share);
    network.getParam(output + "_b").muli(share);
  }
}
