package org.dl4jext.zoo.universal;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A Universal Transformer and a softmax over classes at every step.
 *
 * <p>Features [N,nIn,T] are projected to the width: of sums of one-hot vectors, the projection is
 * their embedding. Adam with a warm-up of 100 updates and a cosine; clip the gradients with {@link
 * org.dl4jext.recurrent.training.GlobalNormClipping}.
 */
public final class UniversalTransformerClassifier {

  private static final int WARMUP = 100;
  private static final double FLOOR = 0.05;

  private UniversalTransformerClassifier() {}

  /**
   * The network.
   *
   * @param spec options of the layer
   * @param channels of the features
   * @param width of the layer
   * @param training rate, updates and seed
   */
  public static MultiLayerConfiguration of(
      UniversalSpec spec, int channels, int width, int classes, Training training) {
    UniversalTransformer layer =
        new UniversalTransformer.Builder().nIn(channels).nOut(width).spec(spec).build();
    return of(training, width, classes, layer);
  }

  /**
   * How a network is trained.
   *
   * @param rate peak of the learning rate
   * @param updates after which the rate has fallen
   * @param seed of the parameters
   */
  public record Training(double rate, int updates, long seed) {

    /** The optimiser's part of a network. */
    NeuralNetConfiguration.Builder builder() {
      var schedule =
          WarmupCosineSchedule.ofIterations(rate, Math.min(WARMUP, updates / 4), updates)
              .withFloor(FLOOR * rate);
      return new AdamW(schedule, 0).install(new NeuralNetConfiguration.Builder().seed(seed));
    }
  }

  /** A network of other layers with the same readout, to compare with. */
  static MultiLayerConfiguration of(
      Training training, int width, int classes, BaseRecurrentLayer... layers) {
    NeuralNetConfiguration.ListBuilder list = training.builder().list();
    for (BaseRecurrentLayer layer : layers) {
      list.layer(layer);
    }
    return list.layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(width)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .dataFormat(RNNFormat.NCW)
                .build())
        .build();
  }
}
