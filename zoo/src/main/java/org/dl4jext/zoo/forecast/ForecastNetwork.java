package org.dl4jext.zoo.forecast;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Builds the networks that forecast: a linear input, pre-norm residual blocks of a recurrent layer,
 * and a linear output that starts at zero, so that an untrained network forecasts its base.
 */
public final class ForecastNetwork {

  private static final double RATE = 3e-3;
  private static final double WEIGHT_DECAY = 1e-2;

  private ForecastNetwork() {}

  static MultiLayerNetwork build(
      ForecastOptions options, int features, int outputs, long seed, int steps, Strength strength) {
    var schedule =
        WarmupCosineSchedule.ofIterations(RATE, Math.min(10, steps - 1), steps)
            .withFloor(0.05 * RATE);
    var builder =
        new AdamW(schedule, WEIGHT_DECAY)
            .install(new NeuralNetConfiguration.Builder().seed(seed))
            .weightInit(WeightInit.XAVIER)
            .list()
            .layer(
                new DenseLayer.Builder()
                    .nIn(features)
                    .nOut(options.width())
                    .activation(Activation.IDENTITY)
                    .build());
    for (int layer = 0; layer < options.depth(); layer++) {
      builder.layer(
          new PreNormResidual.Builder(NamedLayer.of(options.layer()).ofWidth(options.width()))
              .dropOut(strength.keep())
              .build());
    }
    builder.layer(
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nIn(options.width())
            .nOut(outputs)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.ZERO)
            .build());
    builder.setInputType(InputType.recurrent(features));
    MultiLayerNetwork network = new MultiLayerNetwork(builder.build());
    network.init();
    network.addListeners(new GlobalNormClipping(1));
    return network;
  }
}
