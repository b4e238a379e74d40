package org.dl4jext.recurrent.qkan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class QkanDenseTest {

  @BeforeEach
  void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterEach
  void inFloat() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static MultiLayerNetwork network(InputType input) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new NoOp())
            .list()
            .layer(new DenseLayer.Builder().nOut(3).activation(Activation.TANH).build())
            .layer(new QkanDense.Builder().nOut(4).build())
            .layer(new QkanDense.Builder().nOut(3).measure(QkanMeasure.FAST).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nOut(2)
                    .build())
            .setInputType(input)
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  @Test
  void matricesPassTheGradientCheck() {
    MultiLayerNetwork network = network(InputType.feedForward(3));
    INDArray x = Nd4j.randn(DataType.DOUBLE, 5, 3);
    INDArray y = Nd4j.randn(DataType.DOUBLE, 5, 2);
    assertTrue(
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(network)
                .input(x)
                .labels(y)
                .maxRelError(1e-5)
                .minAbsoluteError(1e-9)
                .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)));
  }

  @Test
  void imagesAreFlattened() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .list()
            .layer(new QkanDense.Builder().nOut(4).build())
            .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
            .setInputType(InputType.convolutional(2, 3, 2))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    assertEquals(12, ((QkanDense) configuration.getConf(0).getLayer()).getNIn());
    INDArray y = network.output(Nd4j.randn(DataType.DOUBLE, 5, 2, 2, 3));
    assertArrayEquals(new long[] {5, 2}, y.shape());
    network.fit(Nd4j.randn(DataType.DOUBLE, 5, 2, 2, 3), Nd4j.randn(DataType.DOUBLE, 5, 2));
  }

  @Test
  void aMatrixIsASequenceOfOneStep() {
    MultiLayerNetwork network = network(InputType.feedForward(3));
    INDArray x = Nd4j.randn(DataType.DOUBLE, 5, 3);
    org.deeplearning4j.nn.api.Layer layer = network.getLayer(1);
    org.deeplearning4j.nn.workspace.LayerWorkspaceMgr none =
        org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces();
    INDArray flat = layer.activate(x, false, none);
    INDArray one = layer.activate(x.reshape(5, 3, 1), false, none);
    assertArrayEquals(new long[] {5, 4}, flat.shape());
    assertArrayEquals(new long[] {5, 4, 1}, one.shape());
    assertEquals(flat, one.reshape(5, 4));
  }

  @Test
  void badOptionsAreRefusedByName() {
    String message =
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new QkanDense.Builder().nIn(2).nOut(2).reps(0).build())
            .getMessage();
    assertTrue(message.contains("QkanDense: QkanSpec: reps is 0"), message);
    String negative =
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new QkanLstm.Builder().nIn(2).nOut(-2).build())
            .getMessage();
    assertTrue(negative.contains("nOut is -2"), negative);
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new QkanLstm.Builder().nIn(2).nOut(2).build())
            .build()
            .toJson();
    RuntimeException unknown =
        assertThrows(
            RuntimeException.class,
            () -> MultiLayerConfiguration.fromJson(json.replace("EXPECTATION", "SLOW")));
    Throwable cause = unknown;
    StringBuilder all = new StringBuilder();
    while (cause != null) {
      all.append(cause.getMessage());
      cause = cause.getCause();
    }
    assertTrue(all.indexOf("SLOW") >= 0, all.toString());
  }
}
