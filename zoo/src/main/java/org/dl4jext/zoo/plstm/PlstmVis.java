package org.dl4jext.zoo.plstm;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.plstm.CornerTokens;
import org.dl4jext.recurrent.plstm.PlstmVisBlock;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The vision model pLSTM-Vis: a linear embedding of patches, blocks of a layer in P-mode and one in
 * D-mode, the four corner cells and a linear classifier. Without position embedding, so an image
 * may have any size.
 *
 * @param patch pixels of a patch along each axis
 * @param width features of a cell
 * @param blocks number of blocks
 * @param spec options of a block
 */
public record PlstmVis(int patch, int width, int blocks, PlstmVisSpec spec) {

  public PlstmVis {
    if (patch < 1 || width < 1 || blocks < 1) {
      throw new IllegalArgumentException(
          "PlstmVis: patch, width and blocks are "
              + patch
              + ", "
              + width
              + " and "
              + blocks
              + "; allowed: 1 and more");
    }
  }

  /** The published model T: patches of 16, width 192, 3 heads, 6 blocks of two layers each. */
  public static PlstmVis t() {
    return new PlstmVis(16, 192, 6, PlstmVisSpec.of(3, 64));
  }

  /** One block of width 32 with 4 heads on cells that are patches already. */
  public static PlstmVis tiny() {
    return new PlstmVis(1, 32, 1, PlstmVisSpec.of(4, 8));
  }

  /** The same model with other options of its blocks. */
  public PlstmVis withSpec(PlstmVisSpec other) {
    return new PlstmVis(patch, width, blocks, other);
  }

  /**
   * A network for a task.
   *
   * @param channels of an image [N,C,H,W]
   * @param size rows and columns of the images to begin with; others may follow
   */
  public MultiLayerNetwork build(long channels, long size, int classes, AdamW updater, long seed) {
    NeuralNetConfiguration.ListBuilder list =
        updater
            .install(new NeuralNetConfiguration.Builder().seed(seed))
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
                    .nOut(classes)
                    .build())
            .setInputType(InputType.convolutional(size, size, channels))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }
}
