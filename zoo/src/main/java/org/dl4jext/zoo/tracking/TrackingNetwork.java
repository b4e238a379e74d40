package org.dl4jext.zoo.tracking;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.block.RmsNorm;
import org.dl4jext.recurrent.block.SwiGlu;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The network of the state-tracking runs: embedding, one pre-norm block of a recurrent layer and
 * SwiGLU, a norm, and a softmax over the classes.
 */
public final class TrackingNetwork extends RecurrentZooModel<MultiLayerNetwork> {

  private static final double WEIGHT_DECAY = 1e-6;
  private static final double FLOOR = 0.1;

  private final int classes;
  private final SequenceLayer<?> layer;
  private final double learningRate;
  private final int steps;
  private final long seed;

  /** A model that reads the tokens of the task; its only axis of input is their number. */
  public TrackingNetwork(SequenceTask task, TrackingOptions options) {
    this(
        task,
        options.layer().build(options),
        options.learningRate(),
        options.steps(),
        options.seed());
  }

  /**
   * The same around any layer.
   *
   * @param layer of as many outputs as inputs, which are the width of the network
   * @param learningRate peak of the cosine
   * @param steps parameter updates
   * @param seed of the parameters
   */
  public TrackingNetwork(
      SequenceTask task, SequenceLayer<?> layer, double learningRate, int steps, long seed) {
    super(List.of("tokens"), task.tokens());
    this.classes = task.classes();
    this.layer = layer;
    this.learningRate = learningRate;
    this.steps = steps;
    this.seed = seed;
  }

  @Override
  protected MultiLayerNetwork network() {
    int width = Math.toIntExact(layer.getNOut());
    var schedule =
        WarmupCosineSchedule.ofIterations(learningRate, 0, steps).withFloor(FLOOR * learningRate);
    double bound = 1 / Math.sqrt(width);
    var configuration =
        new AdamW(schedule, WEIGHT_DECAY)
            .install(new NeuralNetConfiguration.Builder().seed(seed))
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(input(0))
                    .nOut(width)
                    .weightInit(new NormalDistribution(0, 1))
                    .build())
            .layer(new PreNormResidual.Builder(layer).build())
            .layer(
                new PreNormResidual.Builder(new SwiGlu.Builder().nIn(width).nOut(width).build())
                    .build())
            .layer(new RmsNorm.Builder().nIn(width).nOut(width).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(width)
                    .nOut(classes)
                    .activation(Activation.SOFTMAX)
                    .dataFormat(RNNFormat.NCW)
                    .weightInit(new UniformDistribution(-bound, bound))
                    .build())
            .build();
    return new MultiLayerNetwork(configuration);
  }
}
