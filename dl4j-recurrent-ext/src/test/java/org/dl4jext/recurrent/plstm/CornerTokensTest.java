package org.dl4jext.recurrent.plstm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class CornerTokensTest {

  private static final int CHANNELS = 3;

  @BeforeEach
  void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    Nd4j.getRandom().setSeed(4);
  }

  @AfterEach
  void inFloat() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static MultiLayerNetwork network(CNN2DFormat format) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new NoOp())
            .list()
            .layer(
                new ConvolutionLayer.Builder(1, 1)
                    .nOut(CHANNELS)
                    .dataFormat(format)
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(new CornerTokens.Builder().build())
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nOut(2)
                    .build())
            .setInputType(InputType.convolutional(4, 4, 2, format))
            .build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration.toJson()));
    network.init();
    return network;
  }

  @Test
  void tokensAreTheCornersOverTheirRootMeanSquare() {
    MultiLayerNetwork network = network(CNN2DFormat.NCHW);
    var layers = network.feedForward(Nd4j.randn(2, 2, 4, 5), false);
    INDArray image = layers.get(1);
    INDArray tokens = layers.get(2);
    assertArrayEquals(new long[] {2, 4 * CHANNELS}, tokens.shape());
    int[][] corners = {{0, 0}, {0, 4}, {3, 0}, {3, 4}};
    for (int n = 0; n < 2; n++) {
      for (int i = 0; i < corners.length; i++) {
        double squares = 0;
        for (int c = 0; c < CHANNELS; c++) {
          squares += Math.pow(image.getDouble(n, c, corners[i][0], corners[i][1]), 2);
        }
        double root = Math.sqrt(squares / CHANNELS + 1e-6);
        for (int c = 0; c < CHANNELS; c++) {
          double want = image.getDouble(n, c, corners[i][0], corners[i][1]) / root;
          assertEquals(want, tokens.getDouble(n, i * CHANNELS + c), 1e-12, n + ", corner " + i);
        }
      }
    }
  }

  /** With one row or column a cell is several corners, whose gradients add up. */
  @ParameterizedTest
  @CsvSource({"4,5", "1,3", "1,1"})
  void gradientsAreExact(int height, int width) {
    assertTrue(
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(network(CNN2DFormat.NCHW))
                .input(Nd4j.randn(2, 2, height, width))
                .labels(Nd4j.randn(2, 2))
                .maxRelError(1e-5)
                .minAbsoluteError(1e-8)
                .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)));
  }

  @Test
  void anotherFormatIsRefused() {
    String message =
        assertThrows(DL4JInvalidConfigException.class, () -> network(CNN2DFormat.NHWC))
            .getMessage();
    assertTrue(message.contains("CornerTokens: input type is"), message);
  }
}
