package org.dl4jext.zoo.models;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models of a few hundred parameters, after one iteration of training. */
final class SmallModels {

  static final int WIDTH = 8;

  private SmallModels() {}

  static MultiLayerNetwork trainedNetwork() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(1e-3))
                .list()
                .layer(new LSTM.Builder().nIn(3).nOut(WIDTH).build())
                .layer(new PreNormResidual.Builder(delta()).build())
                .layer(output())
                .build());
    network.init();
    network.fit(x(), labels());
    return network;
  }

  static ComputationGraph trainedGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(1e-3))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(3))
                .addLayer("lstm", new LSTM.Builder().nIn(3).nOut(WIDTH).build(), "in")
                .addLayer("delta", delta(), "lstm")
                .addLayer("out", output(), "delta")
                .setOutputs("out")
                .build());
    graph.init();
    graph.fit(new INDArray[] {x()}, new INDArray[] {labels()});
    return graph;
  }

  private static DeltaProduct delta() {
    return new DeltaProduct.Builder()
        .nIn(WIDTH)
        .nOut(WIDTH)
        .spec(DeltaSpec.gatedDeltaProduct(WIDTH, 2, 1))
        .build();
  }

  private static RnnOutputLayer output() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(WIDTH)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** [2,3,5] */
  static INDArray x() {
    return Nd4j.linspace(DataType.FLOAT, -1, 0.1, 2 * 3 * 5).reshape(2, 3, 5);
  }

  /** [2,2,5] */
  static INDArray labels() {
    return Nd4j.ones(DataType.FLOAT, 2, 2, 5).muli(0.5);
  }
}
