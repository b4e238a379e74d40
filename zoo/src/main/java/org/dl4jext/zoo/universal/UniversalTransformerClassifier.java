package org.dl4jext.zoo.universal;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.universal.UniversalSpec;

/**
 * A Universal Transformer and a softmax over classes at every step.
 *
 * <p>Features [N,nIn,T] are projected to the width: of sums of one-hot vectors, the projection is
 * their embedding.
 */
public final class UniversalTransformerClassifier extends UniversalModel<MultiLayerNetwork> {

  /**
   * A model.
   *
   * @param spec options of the layer
   * @param channels of the features
   * @param width of the layer
   * @param training rate, updates and seed
   */
  public UniversalTransformerClassifier(
      UniversalSpec spec, int channels, int width, int classes, Training training) {
    super(spec, channels, width, classes, training);
  }

  /** The network without parameters. */
  public MultiLayerConfiguration configuration() {
    UniversalTransformer layer =
        new UniversalTransformer.Builder().nIn(channels()).nOut(width).spec(spec).build();
    return network(training, width, classes, layer);
  }

  /** A network of other layers with the same readout, to compare with. */
  static MultiLayerConfiguration network(
      Training training, int width, int classes, BaseRecurrentLayer... layers) {
    NeuralNetConfiguration.ListBuilder list = training.builder().list();
    for (BaseRecurrentLayer layer : layers) {
      list.layer(layer);
    }
    return list.layer(Training.readout(width, classes)).build();
  }

  @Override
  protected MultiLayerNetwork network() {
    return new MultiLayerNetwork(configuration());
  }
}
