package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The delta layers through DL4J: a network of one layer, its parameters set by name, the cotangent
 * as external error. The network takes [N,nIn,T]; cases hold [N,T,nIn].
 */
final class DeltaNetworks {

  private DeltaNetworks() {}

  static Passes layer(DeltaLayout layout, Passes.Arguments given) {
    MultiLayerNetwork network = network(layout, given);
    INDArray x = given.inputs()[0].permute(0, 2, 1).dup('c');
    network.rnnTimeStep(x);
    Map<String, INDArray> last = network.rnnGetPreviousState(0);
    network.rnnClearPreviousState();

    network.setInput(x);
    List<INDArray> activations = network.feedForward(true, false);
    INDArray y = activations.get(activations.size() - 1).permute(0, 2, 1).dup('c');
    INDArray cotangent = given.cotangents()[0];
    INDArray epsilon =
        cotangent == null ? y.permute(0, 2, 1).like() : cotangent.permute(0, 2, 1).dup('c');
    Pair<Gradient, INDArray> back =
        network.backpropGradient(epsilon, LayerWorkspaceMgr.noWorkspaces());

    List<TensorShape> parameters = layout.parameters();
    List<TensorShape> states = layout.states();
    INDArray[] outputs = new INDArray[1 + states.size()];
    outputs[0] = y;
    for (int i = 0; i < states.size(); i++) {
      outputs[1 + i] = last.get(states.get(i).name());
    }
    INDArray[] gradients = new INDArray[given.inputs().length];
    gradients[0] = back.getSecond().permute(0, 2, 1).dup('c');
    for (int i = 0; i < parameters.size(); i++) {
      // A network names its parameters by layer: 0_W.
      gradients[LayerUnit.FIRST_PARAMETER + i] =
          back.getFirst().getGradientFor("0_" + parameters.get(i).name());
    }
    return new Passes(outputs, gradients);
  }

  private static MultiLayerNetwork network(DeltaLayout layout, Passes.Arguments given) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(given.type())
                .updater(new NoOp())
                .list()
                .layer(
                    new DeltaProduct.Builder()
                        .nIn(layout.inputSize())
                        .nOut(layout.outputSize())
                        .spec(layout.spec())
                        .build())
                .build());
    network.init();
    List<TensorShape> parameters = layout.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      network.setParam(
          "0_" + parameters.get(i).name(), given.inputs()[LayerUnit.FIRST_PARAMETER + i]);
    }
    return network;
  }
}
