package org.dl4jext.zoo.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Model files of DL4J that inflate to many times their size. */
final class LargeModels {

  private LargeModels() {}

  /** A recurrent layer of this many inputs whose parameters are all zero. */
  static byte[] ofZeros(int inputs, int width) throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .weightInit(WeightInit.ZERO)
                .list()
                .layer(new SimpleRnn.Builder().nIn(inputs).nOut(width).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(width).nOut(2).build())
                .build());
    network.init();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, bytes, false);
    return bytes.toByteArray();
  }
}
