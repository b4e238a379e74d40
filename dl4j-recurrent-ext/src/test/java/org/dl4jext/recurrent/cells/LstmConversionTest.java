package org.dl4jext.recurrent.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class LstmConversionTest {

  private static final int INPUTS = 3;
  private static final int WIDTH = 5;
  private static final int OUTPUTS = 2;

  private static LSTM.Builder lstm() {
    return new LSTM.Builder().nOut(WIDTH).activation(Activation.TANH).forgetGateBiasInit(1.5);
  }

  private static NeuralNetConfiguration.Builder network(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .updater(updater)
        .l2(1e-3);
  }

  private static RnnOutputLayer.Builder output() {
    return new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .activation(Activation.IDENTITY)
        .nOut(OUTPUTS);
  }

  private static MultiLayerNetwork stacked(
      IUpdater updater, BaseRecurrentLayer first, BaseRecurrentLayer second) {
    MultiLayerConfiguration configuration =
        network(updater)
            .list()
            .layer(first)
            .layer(new Bidirectional(second))
            .layer(output().build())
            .setInputType(InputType.recurrent(INPUTS))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  private static INDArray x() {
    return Nd4j.randn(DataType.DOUBLE, 4, INPUTS, 6);
  }

  private static INDArray labels() {
    return Nd4j.randn(DataType.DOUBLE, 4, OUTPUTS, 6);
  }

  static Stream<IUpdater> updaters() {
    return Stream.of(new Adam(0.01), new AMSGrad(0.01), new Nesterovs(0.01, 0.9), new Sgd(0.1));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void aTrainedNetworkGoesOnAsIfNothingHadHappened(IUpdater updater) {
    Nd4j.getRandom().setSeed(1);
    MultiLayerNetwork stock = stacked(updater, lstm().build(), lstm().build());
    INDArray x = x();
    INDArray labels = labels();
    for (int i = 0; i < 5; i++) {
      stock.fit(x, labels);
    }
    MultiLayerNetwork flash = LstmConversion.convert(stock);
    assertEquals(3, LstmConversion.count(stock), "one, and two inside Bidirectional");
    assertEquals(0, LstmConversion.count(flash));
    assertInstanceOf(FlashLstm.class, flash.getLayer(0).conf().getLayer());
    assertEquals(stock.getIterationCount(), flash.getIterationCount());
    assertEquals(stock.getEpochCount(), flash.getEpochCount());
    assertClose(stock.output(x), flash.output(x), 1e-12);
    for (int i = 0; i < 5; i++) {
      stock.fit(x, labels);
      flash.fit(x, labels);
    }
    assertClose(stock.output(x), flash.output(x), 1e-10);
    assertEquals(stock.score(), flash.score(), 1e-10);
  }

  private static void assertClose(INDArray want, INDArray got, double tolerance) {
    assertEquals(0, want.sub(got).amaxNumber().doubleValue(), tolerance);
  }

  @Test
  void aGraphConvertsWithItsWrappedLayers() {
    Nd4j.getRandom().setSeed(2);
    ComputationGraphConfiguration configuration =
        network(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .addLayer("z", lstm().build(), "in")
            .addLayer("a", new Bidirectional(Bidirectional.Mode.ADD, lstm().build()), "in")
            .addLayer("out", output().build(), "z", "a")
            .setOutputs("out")
            .setInputTypes(InputType.recurrent(INPUTS))
            .build();
    ComputationGraph stock = new ComputationGraph(configuration);
    stock.init();
    INDArray x = x();
    INDArray labels = labels();
    for (int i = 0; i < 3; i++) {
      stock.fit(new INDArray[] {x}, new INDArray[] {labels});
    }
    ComputationGraph flash = LstmConversion.convert(stock);
    assertEquals(0, LstmConversion.count(flash));
    for (int i = 0; i < 3; i++) {
      stock.fit(new INDArray[] {x}, new INDArray[] {labels});
      flash.fit(new INDArray[] {x}, new INDArray[] {labels});
    }
    assertClose(stock.output(x)[0], flash.output(x)[0], 1e-10);
  }

  @ParameterizedTest
  @EnumSource(RNNFormat.class)
  void everyActivationWithACounterpartGivesTheSameOutputsAndGradients(RNNFormat format) {
    for (Activation gate : List.of(Activation.SIGMOID, Activation.HARDSIGMOID)) {
      for (Activation cell :
          List.of(
              Activation.TANH,
              Activation.SIGMOID,
              Activation.HARDTANH,
              Activation.SOFTSIGN,
              Activation.RELU,
              Activation.IDENTITY)) {
        LSTM layer =
            lstm().gateActivationFunction(gate).activation(cell).dataFormat(format).build();
        MultiLayerConfiguration configuration =
            network(new Sgd(0.1))
                .list()
                .layer(layer)
                .layer(output().dataFormat(format).build())
                .setInputType(InputType.recurrent(INPUTS, 6, format))
                .build();
        MultiLayerNetwork stock = new MultiLayerNetwork(configuration);
        stock.init();
        MultiLayerNetwork flash = LstmConversion.convert(stock);
        INDArray x = x();
        INDArray labels = labels();
        if (format == RNNFormat.NWC) {
          x = x.permute(0, 2, 1).dup('c');
          labels = labels.permute(0, 2, 1).dup('c');
        }
        // ND4J's hard sigmoid has the slope 0.2f in DOUBLE too.
        double tolerance = gate == Activation.HARDSIGMOID ? 1e-7 : 1e-12;
        assertClose(stock.output(x), flash.output(x), tolerance);
        stock.fit(x, labels);
        flash.fit(x, labels);
        for (String name : stock.paramTable().keySet()) {
          INDArray want = stock.getParam(name);
          assertClose(want, flash.getParam(name).reshape(want.shape()), tolerance);
        }
      }
    }
  }

  @Test
  void anActivationWithoutCounterpartIsNamed() {
    LSTM layer = lstm().name("first").nIn(INPUTS).activation(Activation.CUBE).build();
    String message =
        assertThrows(DL4JInvalidConfigException.class, () -> FlashLstm.from(layer)).getMessage();
    assertTrue(message.contains("'first'") && message.contains("cube"), message);
  }
}
