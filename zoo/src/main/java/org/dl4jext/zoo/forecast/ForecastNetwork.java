package org.dl4jext.zoo.forecast;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Builds the networks that forecast: a linear input, pre-norm residual blocks of a recurrent layer,
 * and a linear output that starts at zero, so that an untrained network forecasts its base.
 */
public final class ForecastNetwork extends RecurrentZooModel<MultiLayerNetwork> {

  private static final double RATE = 3e-3;
  private static final double WEIGHT_DECAY = 1e-2;

  private final ForecastOptions options;
  private final int outputs;
  private final int steps;
  private final Strength strength;

  /**
   * A model.
   *
   * @param features channels of a step
   * @param outputs columns that are forecast
   * @param steps parameter updates; the learning rate falls over them
   * @param rows of the training part; the fewer, the stronger is the dropout
   */
  public ForecastNetwork(ForecastOptions options, int features, int outputs, int steps, int rows) {
    super(List.of("features"), features);
    this.options = options;
    this.outputs = outputs;
    this.steps = steps;
    this.strength = Strength.of(rows);
  }

  @Override
  protected MultiLayerNetwork network() {
    int features = input(0);
    var schedule =
        WarmupCosineSchedule.ofIterations(RATE, Math.min(10, steps - 1), steps)
            .withFloor(0.05 * RATE);
    var builder =
        new AdamW(schedule, WEIGHT_DECAY)
            .install(new NeuralNetConfiguration.Builder().seed(options.seed()))
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
    return new MultiLayerNetwork(builder.build());
  }
}
