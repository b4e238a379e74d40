package org.dl4jext.zoo.universal;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * How a network is trained: Adam with a warm-up of 100 updates and a cosine; clip the gradients
 * with {@link org.dl4jext.recurrent.training.GlobalNormClipping}.
 *
 * @param rate peak of the learning rate
 * @param updates after which the rate has fallen
 * @param seed of the parameters
 */
public record Training(double rate, int updates, long seed) {

  private static final int WARMUP = 100;
  private static final double FLOOR = 0.05;

  /** The optimiser's part of a network. */
  NeuralNetConfiguration.Builder builder() {
    var schedule =
        WarmupCosineSchedule.ofIterations(rate, Math.min(WARMUP, updates / 4), updates)
            .withFloor(FLOOR * rate);
    return new AdamW(schedule, 0).install(new NeuralNetConfiguration.Builder().seed(seed));
  }

  /** A softmax over classes at every step. */
  static RnnOutputLayer readout(int width, int classes) {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(width)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .dataFormat(RNNFormat.NCW)
        .build();
  }
}
