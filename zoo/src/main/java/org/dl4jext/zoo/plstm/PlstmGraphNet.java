package org.dl4jext.zoo.plstm;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jext.recurrent.plstm.PlstmGraphVertex;
import org.dl4jext.samediff.plstm.PlstmGraphSpec;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A classifier of directed acyclic graphs: vertices in P-mode and D-mode, forwards and backwards in
 * turn, with residual paths, the largest value over the nodes and a linear classifier.
 *
 * <p>Inputs of the graph: "nodes" [N,C,V] and "edges" [N,2,E]. The shape that can be set is C.
 */
public final class PlstmGraphNet extends RecurrentZooModel<ComputationGraph> {

  private final int width;
  private final int heads;
  private final int layers;
  private final Classification task;

  /**
   * A model.
   *
   * @param width features of a node
   * @param heads of each vertex
   * @param layers vertices of each mode
   * @param task with the channels of a node
   */
  public PlstmGraphNet(int width, int heads, int layers, Classification task) {
    super(task.channels());
    if (heads < 1 || width < heads || width % heads != 0 || layers < 1) {
      throw new IllegalArgumentException(
          "PlstmGraphNet: width, heads and layers are "
              + width
              + ", "
              + heads
              + " and "
              + layers
              + "; allowed: 1 and more, heads dividing the width");
    }
    this.width = width;
    this.heads = heads;
    this.layers = layers;
    this.task = task;
  }

  @Override
  protected ComputationGraph network() {
    ComputationGraphConfiguration.GraphBuilder graph =
        task.updater()
            .install(new NeuralNetConfiguration.Builder().seed(task.seed()))
            .graphBuilder()
            .addInputs("nodes", "edges");
    String last = "nodes";
    for (int i = 0; i < 2 * layers; i++) {
      PlstmMode mode = i < layers ? PlstmMode.P : PlstmMode.D;
      PlstmGraphSpec spec =
          PlstmGraphSpec.of(mode, heads, width / heads).with("reversed", i % 2 == 1);
      long nIn = i == 0 ? input(0) : width;
      graph.addVertex("plstm" + i, new PlstmGraphVertex(spec, nIn, width), last, "edges");
      if (i == 0) {
        last = "plstm0";
      } else {
        graph.addVertex(
            "sum" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, "plstm" + i);
        last = "sum" + i;
      }
    }
    return new ComputationGraph(
        graph
            .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.MAX).build(), last)
            .addLayer(
                "class",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nIn(width)
                    .nOut(task.classes())
                    .build(),
                "pool")
            .setOutputs("class")
            .build());
  }
}
