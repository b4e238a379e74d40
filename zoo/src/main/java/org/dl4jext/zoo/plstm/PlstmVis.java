package org.dl4jext.zoo.plstm;

import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.plstm.CornerTokens;
import org.dl4jext.recurrent.plstm.PlstmVisBlock;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The vision model pLSTM-Vis: a linear embedding of patches, blocks of a layer in P-mode and one in
 * D-mode, the four corner cells and a linear classifier. Without position embedding, so an image
 * may have any size.
 */
public final class PlstmVis extends RecurrentZooModel<MultiLayerNetwork> {

  private final int patch;
  private final int width;
  private final int blocks;
  private final PlstmVisSpec spec;
  private final Classification task;

  /**
   * A model.
   *
   * @param patch pixels of a patch along each axis
   * @param width features of a cell
   * @param blocks number of blocks
   * @param spec options of a block
   * @param size rows and columns of the images to begin with; others may follow
   * @param task with the channels of an image [N,C,H,W]
   */
  public PlstmVis(
      int patch, int width, int blocks, PlstmVisSpec spec, int size, Classification task) {
    super(List.of("channels", "rows", "columns"), task.channels(), size, size);
    this.patch = requirePositive("patch", patch);
    this.width = requirePositive("width", width);
    this.blocks = requirePositive("blocks", blocks);
    this.spec = spec;
    this.task = task;
  }

  /** The published model T: patches of 16, width 192, 3 heads, 6 blocks of two layers each. */
  public static PlstmVis t(int size, Classification task) {
    return new PlstmVis(16, 192, 6, PlstmVisSpec.of(3, 64), size, task);
  }

  /** One block of width 32 with 4 heads on cells that are patches already. */
  public static PlstmVis tiny(int size, Classification task) {
    return new PlstmVis(1, 32, 1, PlstmVisSpec.of(4, 8), size, task);
  }

  /** The same model with other gates in its blocks. */
  public PlstmVis withGateWeights(PlstmGateWeights gates) {
    PlstmVisSpec other = spec.withGateWeights(gates);
    return new PlstmVis(patch, width, blocks, other, input(1), task);
  }

  @Override
  protected MultiLayerNetwork network() {
    NeuralNetConfiguration.ListBuilder list =
        task.updater()
            .install(new NeuralNetConfiguration.Builder().seed(task.seed()))
            .list()
            .layer(
                new ConvolutionLayer.Builder(patch, patch)
                    .stride(patch, patch)
                    .convolutionMode(ConvolutionMode.Truncate)
                    .nOut(width)
                    .activation(Activation.IDENTITY)
                    .build());
    for (int i = 0; i < blocks; i++) {
      list.layer(new PlstmVisBlock.Builder().nOut(width).spec(spec).build());
    }
    MultiLayerConfiguration configuration =
        list.layer(new CornerTokens.Builder().build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(task.classes())
                    .build())
            .setInputType(InputType.convolutional(input(1), input(2), input(0)))
            .build();
    return new MultiLayerNetwork(configuration);
  }
}
