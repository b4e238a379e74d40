package org.dl4jext.bench;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks and data that the benchmarks share. */
final class Networks {

  static final int CLASSES = 8;

  private Networks() {}

  /** A layer, RnnOutputLayer with softmax and cross-entropy, Adam. */
  static MultiLayerNetwork network(Layer layer, int inputs) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.FLOAT)
                .updater(new Adam(1e-3))
                .list()
                .layer(layer)
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(inputs))
                .build());
    net.init();
    return net;
  }

  static Layer delta(int width, int heads, int householders) {
    return new DeltaProduct.Builder()
        .nOut(width)
        .spec(DeltaSpec.deltaProduct(width, heads, householders))
        .build();
  }

  static INDArray random(long... shape) {
    return Nd4j.randn(DataType.FLOAT, shape);
  }

  /** [B,inputs,T]. */
  static INDArray inputs(int batch, int inputs, int steps) {
    return random(batch, inputs, steps);
  }

  /** One class for each step, [B,8,T]. */
  static INDArray labels(int batch, int steps) {
    INDArray y = Nd4j.zeros(DataType.FLOAT, batch, CLASSES, steps);
    for (int n = 0; n < batch; n++) {
      for (int t = 0; t < steps; t++) {
        y.putScalar(n, (3 * t + n) % CLASSES, t, 1);
      }
    }
    return y;
  }
}
