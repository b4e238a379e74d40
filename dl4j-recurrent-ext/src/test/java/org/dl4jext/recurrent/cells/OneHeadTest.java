package org.dl4jext.recurrent.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** FlashLstm with one head is DL4J's LSTM: the same parameters, outputs and gradients. */
class OneHeadTest {

  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;

  private static MultiLayerNetwork network(BaseRecurrentLayer layer) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .list()
                .layer(layer)
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(OUTPUTS)
                        .build())
                .setInputType(InputType.recurrent(INPUTS))
                .build());
    net.init();
    return net;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 70})
  void outputsAndAllGradientsAreThoseOfTheStockLstm(int steps) {
    Nd4j.getRandom().setSeed(5);
    MultiLayerNetwork stock =
        network(new LSTM.Builder().nOut(5).activation(Activation.TANH).build());
    MultiLayerNetwork flash = network(new FlashLstm.Builder().nOut(5).build());
    stock.setParams(Nd4j.randn(DataType.DOUBLE, 1, stock.numParams()).muli(0.5));
    for (Map.Entry<String, INDArray> parameter : stock.paramTable().entrySet()) {
      flash.setParam(parameter.getKey(), parameter.getValue());
    }
    INDArray x = Nd4j.randn(DataType.DOUBLE, 4, INPUTS, steps);
    INDArray labels = Nd4j.randn(DataType.DOUBLE, 4, OUTPUTS, steps);
    requireClose("output", stock.output(x), flash.output(x));
    Pair<Gradient, INDArray> want = stock.calculateGradients(x, labels, null, null);
    Pair<Gradient, INDArray> got = flash.calculateGradients(x, labels, null, null);
    requireClose("input gradient", want.getSecond(), got.getSecond());
    Map<String, INDArray> wanted = want.getFirst().gradientForVariable();
    assertEquals(wanted.keySet(), got.getFirst().gradientForVariable().keySet());
    wanted.forEach(
        (name, gradient) ->
            requireClose(name, gradient, got.getFirst().gradientForVariable().get(name)));
  }

  private static void requireClose(String what, INDArray want, INDArray got) {
    double largest = want.amaxNumber().doubleValue();
    assertTrue(largest > 0, what);
    double error = want.sub(got.reshape(want.shape())).amaxNumber().doubleValue();
    assertTrue(error <= 1e-12 * Math.max(1, largest), () -> what + " is off by " + error);
  }
}
