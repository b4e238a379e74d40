package org.dl4jext.zoo.forecast;

import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;

/** Builds the networks that forecast: recurrent layers between an input and a linear output. */
public final class ForecastNetwork {

  private ForecastNetwork() {}

  /** Names for {@code --layer}. */
  public static List<String> layers() {
    return List.of("lstm", "simplernn");
  }

  /** The layer that is used unless another is asked for. */
  public static String defaultLayer() {
    return "lstm";
  }

  static MultiLayerNetwork build(
      ForecastOptions options, int features, int outputs, long seed, ISchedule rate) {
    var builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new Adam(rate))
            .weightInit(WeightInit.XAVIER)
            .weightDecay(1e-3)
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(1.0)
            .list();
    int in = features;
    for (int layer = 0; layer < options.depth(); layer++) {
      builder.layer(recurrent(options, in));
      in = options.width();
    }
    builder.layer(
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nIn(in)
            .nOut(outputs)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.ZERO)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(builder.build());
    network.init();
    return network;
  }

  private static Layer recurrent(ForecastOptions options, int in) {
    return switch (options.layer()) {
      case "lstm" -> new LSTM.Builder().nIn(in).nOut(options.width()).build();
      default ->
          new SimpleRnn.Builder().nIn(in).nOut(options.width()).activation(Activation.TANH).build();
    };
  }
}
