package org.dl4jext.zoo.plstm;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.block.RmsNorm;
import org.dl4jext.recurrent.block.SwiGlu;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.plstm.Plstm;
import org.dl4jext.samediff.block.SwiGluSpec;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A classifier of sequences: a linear embedding of each step, residual blocks of a recurrent and a
 * feed-forward layer, a norm, the mean over time and a linear classifier.
 */
public final class PlstmSequenceClassifier extends RecurrentZooModel<MultiLayerNetwork> {

  private static final int HEADS = 4;

  private final BaseRecurrentLayer recurrence;
  private final int width;
  private final int blocks;
  private final Classification task;

  /** The recurrent layers to choose from. */
  public enum Recurrence {
    /** {@link Plstm}, the layer that the model is made for. */
    PLSTM,
    /** {@link FlashLstm}. */
    LSTM,
    /** {@link DeltaProduct} with a gate and two reflections a step. */
    DELTA_PRODUCT
  }

  /**
   * A model.
   *
   * @param layer the recurrent layer
   * @param width features of a step, a multiple of 4
   * @param blocks number of blocks
   * @param task with the channels of a sequence [N,C,T]
   */
  public PlstmSequenceClassifier(Recurrence layer, int width, int blocks, Classification task) {
    super(task.channels());
    if (layer == null || width < HEADS || width % HEADS != 0 || blocks < 1) {
      throw new IllegalArgumentException(
          "PlstmSequenceClassifier: layer, width and blocks are "
              + layer
              + ", "
              + width
              + " and "
              + blocks
              + "; allowed: a layer, a multiple of 4, and 1 and more");
    }
    this.recurrence = recurrence(layer, width);
    this.width = width;
    this.blocks = blocks;
    this.task = task;
  }

  /**
   * The same around any recurrent layer.
   *
   * @param layer of as many outputs as inputs, which are the width of the model
   */
  public PlstmSequenceClassifier(SequenceLayer<?> layer, int blocks, Classification task) {
    super(task.channels());
    this.recurrence = layer;
    this.width = Math.toIntExact(layer.getNOut());
    this.blocks = requirePositive("blocks", blocks);
    this.task = task;
  }

  private static BaseRecurrentLayer recurrence(Recurrence layer, int width) {
    return switch (layer) {
      case PLSTM -> new Plstm.Builder().nIn(width).nOut(width).heads(HEADS).build();
      case LSTM -> new FlashLstm.Builder().nIn(width).nOut(width).build();
      case DELTA_PRODUCT ->
          new DeltaProduct.Builder().nIn(width).nOut(width).heads(HEADS).householders(2).build();
    };
  }

  @Override
  protected MultiLayerNetwork network() {
    NeuralNetConfiguration.ListBuilder list =
        task.updater()
            .install(new NeuralNetConfiguration.Builder().seed(task.seed()))
            .list()
            .layer(
                new Convolution1DLayer.Builder(1)
                    .nOut(width)
                    .activation(Activation.IDENTITY)
                    .build());
    for (int i = 0; i < blocks; i++) {
      list.layer(new PreNormResidual.Builder((BaseRecurrentLayer) recurrence.clone()).build());
      list.layer(
          new PreNormResidual.Builder(
                  new SwiGlu.Builder()
                      .nIn(width)
                      .nOut(width)
                      .spec(SwiGluSpec.standard().withMultipleOf(8))
                      .build())
              .build());
    }
    return new MultiLayerNetwork(
        list.layer(new RmsNorm.Builder().nIn(width).nOut(width).build())
            .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(task.classes())
                    .build())
            .setInputType(InputType.recurrent(input(0)))
            .build());
  }
}
