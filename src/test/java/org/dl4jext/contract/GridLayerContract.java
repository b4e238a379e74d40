package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.plstm.GridLayer;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What a layer on grids promises. A layer's test is a subclass that names the layer. One piece,
 * since all promises are about the same small network and images.
 */
abstract class GridLayerContract {

  static final int CHANNELS = 4;

  /** A fresh configuration with as many outputs as inputs. */
  abstract Layer layer();

  final MultiLayerNetwork net(DataType type, CNN2DFormat format, IUpdater updater) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(type)
            .updater(updater)
            .list()
            .layer(layer())
            .layer(layer())
            .layer(
                new CnnLossLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .format(format)
                    .build())
            .setInputType(InputType.convolutional(3, 4, CHANNELS, format))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    Nd4j.getRandom().setSeed(17);
    // Gates that start constant would hide what depends on the input.
    net.params().addi(Nd4j.randn(type, net.params().shape()).muli(0.3));
    return net;
  }

  final MultiLayerNetwork net() {
    return net(DataType.DOUBLE, CNN2DFormat.NCHW, new NoOp());
  }

  static INDArray image(DataType type, int seed, long... shape) {
    java.util.Random random = new java.util.Random(seed);
    double[] values =
        new double[Math.toIntExact(java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
    java.util.Arrays.setAll(values, i -> random.nextGaussian());
    return Nd4j.createFromArray(values).reshape('c', shape).castTo(type);
  }

  static INDArray image(int seed, int examples, int height, int width) {
    return image(DataType.DOUBLE, seed, examples, CHANNELS, height, width);
  }

  static INDArray mask(int examples, int height, int width) {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, examples, 1, height, width);
    for (int n = 0; n < examples; n++) {
      mask.putScalar(n, 0, n % height, 1, 0);
      mask.putScalar(n, 0, height - 1, (n + 2) % width, 0);
    }
    return mask;
  }

  /** Activations of the last layer on grids. */
  static INDArray output(MultiLayerNetwork net, INDArray x, INDArray mask) {
    net.setLayerMaskArrays(mask, null);
    INDArray y = net.feedForward(x, false).get(2).dup('c');
    net.clearLayerMaskArrays();
    return y;
  }

  @Test
  void theOutputHasTheShapeOfTheInput() {
    assertArrayEquals(
        new long[] {2, CHANNELS, 3, 4}, output(net(), image(1, 2, 3, 4), null).shape());
  }

  @Test
  void gradientsAreExact() {
    LayerUnderTest.withDoubleDefault(
        () -> {
          MultiLayerNetwork net = net();
          for (INDArray mask : new INDArray[] {null, mask(2, 3, 4)}) {
            // Labels near the output keep the score, and so its rounding, small.
            INDArray labels =
                output(net, image(1, 2, 3, 4), mask).addi(image(2, 2, 3, 4).muli(0.3));
            assertTrue(
                GradientCheckUtil.checkGradients(
                    new GradientCheckUtil.MLNConfig()
                        .net(net)
                        .input(image(1, 2, 3, 4))
                        .labels(labels)
                        .inputMask(mask)
                        .maxRelError(1e-5)
                        .minAbsoluteError(1e-8)
                        .subset(true)
                        .maxPerParam(12)
                        .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)));
          }
        });
  }

  @Test
  void theInputGradientIsExact() {
    MultiLayerNetwork net = net();
    INDArray x = image(1, 2, 2, 3);
    INDArray labels = image(2, 2, 2, 3);
    INDArray mask = mask(2, 2, 3);
    net.setInput(x);
    net.setLabels(labels);
    net.setLayerMaskArrays(mask, null);
    net.feedForward(true, false);
    INDArray dx = net.calculateGradients(x, labels, mask, null).getSecond().dup('c');
    double step = 1e-6;
    for (int i = 0; i < x.length(); i++) {
      double value = x.getDouble(i);
      x.putScalar(i, value + step);
      double above = net.score(new DataSet(x, labels, mask, null), true);
      x.putScalar(i, value - step);
      double below = net.score(new DataSet(x, labels, mask, null), true);
      x.putScalar(i, value);
      // DL4J's gradients sum over the examples; scores are means.
      double want = 2 * (above - below) / (2 * step);
      assertEquals(want, dx.getDouble(i), 1e-6 * Math.max(1, Math.abs(want)), "element " + i);
    }
  }

  /** DL4J's loss layer cannot score a masked NHWC image, so gradients are compared instead. */
  @Test
  void bothFormatsGiveTheSameNumbers() {
    MultiLayerNetwork first = net();
    MultiLayerNetwork last = net(DataType.DOUBLE, CNN2DFormat.NHWC, new NoOp());
    last.setParams(first.params());
    INDArray x = image(1, 2, 3, 4);
    INDArray turned = x.permute(0, 2, 3, 1).dup('c');
    INDArray y = output(last, turned, mask(2, 3, 4));
    ArrayAssertions.assertClose(
        output(first, x, mask(2, 3, 4)), y.permute(0, 3, 1, 2).dup('c'), 1e-12);
    INDArray dx = first.calculateGradients(x, x, null, null).getSecond();
    INDArray dTurned = last.calculateGradients(turned, turned, null, null).getSecond();
    ArrayAssertions.assertClose(dx.dup('c'), dTurned.permute(0, 3, 1, 2).dup('c'), 1e-10);
    ArrayAssertions.assertClose(first.getFlattenedGradients(), last.getFlattenedGradients(), 1e-10);
  }

  @Test
  void examplesDoNotSeeEachOther() {
    MultiLayerNetwork net = net();
    INDArray x = image(1, 3, 3, 4);
    INDArray mask = mask(3, 3, 4);
    INDArray all = output(net, x, mask);
    for (int n = 0; n < 3; n++) {
      INDArray one = output(net, example(x, n), example(mask, n));
      ArrayAssertions.assertClose(example(all, n), one, 1e-12);
    }
  }

  private static INDArray example(INDArray all, int n) {
    return Views.cut(all, 0, n, n + 1L).dup('c');
  }

  @Test
  void theSizeMayDifferAtEveryCall() {
    MultiLayerNetwork net = net(DataType.DOUBLE, CNN2DFormat.NCHW, new Adam(1e-3));
    INDArray x = image(1, 2, 3, 4);
    INDArray before = output(net, x, null);
    int[][] sizes = {{1, 1}, {5, 2}, {1, 7}, {8, 8}};
    for (int[] size : sizes) {
      output(net, image(1, 3, size[0], size[1]), null);
    }
    ArrayAssertions.assertBitEqual(before, output(net, x, null));
    for (int[] size : sizes) {
      net.fit(image(1, 1, size[0], size[1]), image(2, 1, size[0], size[1]));
      assertTrue(ArrayAssertions.finite(net.params()));
    }
  }

  @Test
  void maskedCellsCannotBeSeen() {
    MultiLayerNetwork net = net();
    INDArray x = image(1, 2, 3, 4);
    INDArray mask = mask(2, 3, 4);
    INDArray clean = output(net, x, mask);
    INDArray gradient = gradient(net, x, mask);
    for (int n = 0; n < 2; n++) {
      for (int h = 0; h < 3; h++) {
        for (int w = 0; w < 4; w++) {
          for (int c = 0; c < CHANNELS && mask.getDouble(n, 0, h, w) == 0; c++) {
            assertEquals(0, clean.getDouble(n, c, h, w));
            x.putScalar(n, c, h, w, c == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
          }
        }
      }
    }
    ArrayAssertions.assertBitEqual(clean, output(net, x, mask));
    ArrayAssertions.assertBitEqual(gradient, gradient(net, x, mask));
  }

  private static INDArray gradient(MultiLayerNetwork net, INDArray x, INDArray mask) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, x.shape());
    net.calculateGradients(x, labels, mask, null);
    return net.getFlattenedGradients().dup();
  }

  @Test
  void aPaddedImageGivesWhatTheImageGives() {
    MultiLayerNetwork net = net();
    INDArray small = image(1, 1, 2, 3);
    INDArray large = image(2, 1, 4, 4);
    INDArray mask = Nd4j.zeros(DataType.DOUBLE, 1, 1, 4, 4);
    for (int h = 0; h < 2; h++) {
      for (int w = 0; w < 3; w++) {
        mask.putScalar(0, 0, h, w, 1);
        for (int c = 0; c < CHANNELS; c++) {
          large.putScalar(0, c, h, w, small.getDouble(0, c, h, w));
        }
      }
    }
    INDArray want = output(net, small, null);
    INDArray got = output(net, large, mask);
    for (int h = 0; h < 2; h++) {
      for (int w = 0; w < 3; w++) {
        for (int c = 0; c < CHANNELS; c++) {
          assertEquals(want.getDouble(0, c, h, w), got.getDouble(0, c, h, w), 1e-12);
        }
      }
    }
  }

  @Test
  void everyCellReachesEveryOther() {
    MultiLayerNetwork net = net();
    INDArray x = image(1, 1, 3, 4);
    INDArray before = output(net, x, null);
    x.putScalar(0, 0, 1, 2, 5);
    INDArray change = output(net, x, null).sub(before);
    for (int h = 0; h < 3; h++) {
      for (int w = 0; w < 4; w++) {
        assertTrue(Math.abs(change.getDouble(0, 1, h, w)) > 1e-12, h + "," + w);
      }
    }
  }

  @Test
  void floatFollowsDouble() {
    MultiLayerNetwork exact = net();
    MultiLayerNetwork fast = net(DataType.FLOAT, CNN2DFormat.NCHW, new NoOp());
    fast.setParams(exact.params().castTo(DataType.FLOAT));
    exact.setParams(fast.params().castTo(DataType.DOUBLE));
    INDArray x = image(DataType.FLOAT, 1, 2, CHANNELS, 6, 5);
    INDArray y = output(exact, x.castTo(DataType.DOUBLE), null);
    ArrayAssertions.assertClose(
        y, output(fast, x, null).castTo(DataType.DOUBLE), 1e-4 * y.amaxNumber().doubleValue());
  }

  @Test
  void jsonRoundTripsAreEqualAndAModelIsRestored(@TempDir Path folder) throws Exception {
    MultiLayerNetwork net = net(DataType.FLOAT, CNN2DFormat.NCHW, new Adam(1e-2));
    INDArray x = image(DataType.FLOAT, 1, 2, CHANNELS, 3, 4);
    net.fit(x, x);
    MultiLayerConfiguration configuration = net.getLayerWiseConfigurations();
    assertEquals(configuration, MultiLayerConfiguration.fromJson(configuration.toJson()));
    assertEquals(configuration, MultiLayerConfiguration.fromYaml(configuration.toYaml()));
    File file = folder.resolve("net.zip").toFile();
    net.save(file, true);
    MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
    ArrayAssertions.assertBitEqual(output(net, x, null), output(loaded, x, null));
    net.fit(x, x);
    loaded.fit(x, x);
    ArrayAssertions.assertBitEqual(net.params(), loaded.params());
    MultiLayerNetwork copy = net.clone();
    ArrayAssertions.assertBitEqual(output(net, x, null), output(copy, x, null));
  }

  @Test
  void trainingLowersTheLoss() {
    MultiLayerNetwork net = net(DataType.FLOAT, CNN2DFormat.NCHW, new Adam(5e-3));
    DataSet data =
        new DataSet(
            image(DataType.FLOAT, 1, 4, CHANNELS, 3, 4),
            image(DataType.FLOAT, 2, 4, CHANNELS, 3, 4));
    double before = net.score(data);
    for (int i = 0; i < 60; i++) {
      net.fit(data);
    }
    assertTrue(net.score(data) < 0.8 * before, net.score(data) + " of " + before);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    MultiLayerNetwork net = net();
    INDArray wrong = Nd4j.zeros(DataType.DOUBLE, 2, CHANNELS + 1, 3, 4);
    RefusalPromises.assertMessage(
        assertThrows(DL4JInvalidInputException.class, () -> net.output(wrong)),
        "[2, 5, 3, 4]",
        "nIn = 4");
    INDArray x = image(1, 2, 3, 4);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, 2, 1, 3, 3);
    RefusalPromises.assertMessage(
        assertThrows(DL4JInvalidInputException.class, () -> output(net, x, mask)),
        "[2, 1, 3, 3]",
        "[2, 1, 3, 4]");
    net.clearLayerMaskArrays();
    GridLayer<?> layer = (GridLayer<?>) net.getLayerWiseConfigurations().getConf(0).getLayer();
    assertFalse(layer.canStep());
    assertTrue(ArrayAssertions.finite(output(net, x, null)));
  }
}
