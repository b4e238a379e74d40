package org.dl4jext.recurrent.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.dl4jext.samediff.block.RmsNormSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class PreNormResidualTest {

  private static final int WIDTH = 4;
  private static final LayerWorkspaceMgr MGR = LayerWorkspaceMgr.noWorkspaces();

  /** GradientCheckUtil insists on the default data type. */
  @BeforeEach
  void useDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterEach
  void useFloat() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  static Stream<Layer> layers() {
    return Stream.of(
        new SwiGlu.Builder().nOut(WIDTH).hiddenSize(6).build(),
        new DeltaProduct.Builder().nOut(WIDTH).heads(2).build(),
        new LSTM.Builder().nOut(WIDTH).activation(Activation.TANH).build(),
        new SimpleRnn.Builder().nOut(WIDTH).activation(Activation.TANH).build(),
        new PreNormResidual.Builder(new LSTM.Builder().nOut(WIDTH).build())
            .norm(LayerNormSpec.standard())
            .build());
  }

  private static MultiLayerNetwork network(Layer layer) {
    return network(layer, new NeuralNetConfiguration.Builder().updater(new NoOp()));
  }

  private static MultiLayerNetwork network(Layer layer, NeuralNetConfiguration.Builder builder) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration(layer, builder).build());
    net.init();
    return net;
  }

  private static NeuralNetConfiguration.ListBuilder configuration(
      Layer layer, NeuralNetConfiguration.Builder builder) {
    return builder
        .seed(3)
        .dataType(DataType.DOUBLE)
        .list()
        .layer(layer)
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .nOut(2)
                .activation(Activation.IDENTITY)
                .build())
        .setInputType(InputType.recurrent(WIDTH));
  }

  private static Layer block(Layer layer) {
    return new PreNormResidual.Builder(layer).norm(LayerNormSpec.standard()).build();
  }

  private static INDArray random(long... shape) {
    Nd4j.getRandom().setSeed(11);
    return Nd4j.randn(DataType.DOUBLE, shape);
  }

  private static INDArray mask() {
    return Nd4j.createFromArray(new double[][] {{1, 1, 0, 1, 0}, {0, 1, 1, 1, 1}, {0, 0, 0, 0, 0}});
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreExactWithAndWithoutMasks(Layer layer) {
    MultiLayerNetwork net = network(block(layer));
    for (INDArray mask : new INDArray[] {null, mask()}) {
      assertTrue(
          GradientCheckUtil.checkGradients(
              new GradientCheckUtil.MLNConfig()
                  .net(net)
                  .input(random(3, WIDTH, 5))
                  .labels(random(3, 2, 5))
                  .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                  .inputMask(mask)
                  .labelMask(mask)
                  .maxRelError(1e-5)
                  .minAbsoluteError(1e-8)));
    }
  }

  @Test
  void outputIsTheInputPlusTheLayerOfTheNorm() {
    MultiLayerNetwork net =
        network(block(new LSTM.Builder().nOut(WIDTH).activation(Activation.TANH).build()));
    MultiLayerNetwork plain =
        new MultiLayerNetwork(
            configuration(
                    new LayerNorm.Builder().build(),
                    new NeuralNetConfiguration.Builder().updater(new NoOp()))
                .build()
                .clone());
    plain.init();
    MultiLayerNetwork lstm =
        network(new LSTM.Builder().nOut(WIDTH).activation(Activation.TANH).build());
    for (String name : List.of("W", "RW", "b")) {
      lstm.setParam("0_" + name, net.getParam("0_i" + name));
    }
    INDArray x = random(3, WIDTH, 5);
    INDArray norm = plain.getLayer(0).activate(x, false, MGR);
    INDArray expected = x.add(lstm.getLayer(0).activate(norm, false, MGR));
    assertClose(expected, net.getLayer(0).activate(x, false, MGR), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void stepsEqualTheWholeSequence(Layer layer) {
    MultiLayerNetwork net = network(block(layer));
    INDArray x = random(3, WIDTH, 5);
    INDArray whole = net.output(x);
    net.rnnClearPreviousState();
    INDArray first = net.rnnTimeStep(x.get(all(), all(), NDArrayIndex.interval(0, 2))).dup();
    RecurrentLayer block = (RecurrentLayer) net.getLayer(0);
    Map<String, INDArray> state = block.rnnGetPreviousState();
    INDArray rest = x.get(all(), all(), NDArrayIndex.interval(2, 5));
    INDArray second = net.rnnTimeStep(rest).dup();
    assertClose(whole, Nd4j.concat(2, first, second), 1e-10);
    net.rnnClearPreviousState();
    block.rnnSetPreviousState(state);
    assertClose(second, net.rnnTimeStep(rest), 0);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void maskedStepsCannotBeSeen(Layer layer) {
    MultiLayerNetwork net = network(block(layer));
    INDArray x = random(3, WIDTH, 5);
    INDArray mask = mask();
    var block = net.getLayer(0);
    block.setMaskArray(mask);
    INDArray clean = block.activate(x, false, MGR).dup();
    for (int n = 0; n < 3; n++) {
      for (int t = 0; t < 5; t++) {
        if (mask.getDouble(n, t) == 0) {
          x.get(NDArrayIndex.point(n), all(), NDArrayIndex.point(t)).assign(Double.NaN);
          assertEquals(
              0,
              clean
                  .get(NDArrayIndex.point(n), all(), NDArrayIndex.point(t))
                  .norm1Number()
                  .doubleValue());
        }
      }
    }
    assertClose(clean, block.activate(x, false, MGR), 0);
    // The valid steps alone give the same, so the state was not touched.
    block.setMaskArray(null);
    INDArray valid = Nd4j.pullRows(x.get(NDArrayIndex.point(0), all(), all()), 0, 0, 1, 3);
    INDArray alone = block.activate(valid.reshape(1, WIDTH, 3), false, MGR);
    for (int i = 0; i < 3; i++) {
      int t = new int[] {0, 1, 3}[i];
      assertClose(
          clean.get(NDArrayIndex.point(0), all(), NDArrayIndex.point(t)).dup(),
          alone.get(NDArrayIndex.point(0), all(), NDArrayIndex.point(i)).dup(),
          1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void truncatedBpttTrains(Layer layer) {
    NeuralNetConfiguration.ListBuilder list =
        configuration(block(layer), new NeuralNetConfiguration.Builder().updater(new Adam(0.01)));
    list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2);
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    DataSet data = new DataSet(random(3, WIDTH, 5), random(3, 2, 5));
    double before = net.score(data);
    for (int i = 0; i < 10; i++) {
      net.fit(data);
    }
    assertTrue(net.score(data) < before);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void jsonYamlAndCloneAreEqual(Layer layer) {
    MultiLayerNetwork net = network(block(layer));
    MultiLayerConfiguration conf = net.getLayerWiseConfigurations();
    assertEquals(conf, MultiLayerConfiguration.fromJson(conf.toJson()));
    assertEquals(conf, MultiLayerConfiguration.fromYaml(conf.toYaml()));
    INDArray x = random(3, WIDTH, 5);
    assertClose(net.output(x), net.clone().output(x), 0);
    Exception e =
        assertThrows(
            Exception.class,
            () ->
                MultiLayerConfiguration.fromJson(
                    conf.toJson().replace("\"norm\" :", "\"normm\" :")));
    assertTrue(messages(e).contains("normm"), messages(e));
  }

  @Test
  void updaterAndRegularisationComeFromTheLayerElseFromTheBlock() {
    Layer own =
        new PreNormResidual.Builder(
                new LSTM.Builder().nOut(WIDTH).updater(new Sgd(0.5)).l2(0.25).build())
            .build();
    MultiLayerNetwork net =
        network(own, new NeuralNetConfiguration.Builder().updater(new Adam(0.1)).l2(0.5));
    BaseLayer block = (BaseLayer) net.getLayer(0).conf().getLayer();
    assertEquals(new Sgd(0.5), block.getUpdaterByParam("iW"));
    assertEquals(new Adam(0.1), block.getUpdaterByParam("ng"));
    assertEquals(List.of(new L2Regularization(0.25)), block.getRegularizationByParam("iW"));
    assertTrue(block.getRegularizationByParam("ib").isEmpty());

    Layer bare = new PreNormResidual.Builder(new LSTM.Builder().nOut(WIDTH).build()).build();
    net = network(bare, new NeuralNetConfiguration.Builder().updater(new Adam(0.1)).l2(0.5));
    block = (BaseLayer) net.getLayer(0).conf().getLayer();
    assertEquals(new Adam(0.1), block.getUpdaterByParam("iW"));
    assertEquals(List.of(new L2Regularization(0.5)), block.getRegularizationByParam("iRW"));
    assertTrue(block.getRegularizationByParam("ng").isEmpty());
  }

  @Test
  void dropoutActsOnTheBranchAlone() {
    Layer layer = new SwiGlu.Builder().nOut(WIDTH).hiddenSize(6).build();
    Layer dropped = new PreNormResidual.Builder(layer).dropOut(1e-9).build();
    MultiLayerNetwork net = network(dropped);
    INDArray x = random(3, WIDTH, 5);
    // With all of the branch dropped, the input is left.
    assertClose(x, net.getLayer(0).activate(x, true, MGR), 1e-12);
    INDArray whole = net.getLayer(0).activate(x, false, MGR);
    assertFalse(whole.equalsWithEps(x, 1e-3));

    MultiLayerNetwork half = network(new PreNormResidual.Builder(layer).dropOut(0.5).build());
    INDArray first = half.getLayer(0).activate(x, true, MGR).dup();
    assertNotEquals(first, half.getLayer(0).activate(x, true, MGR));
    Layer onLayer =
        new PreNormResidual.Builder(
                new SwiGlu.Builder().nOut(WIDTH).hiddenSize(6).dropOut(1e-9).build())
            .build();
    assertClose(x, network(onLayer).getLayer(0).activate(x, true, MGR), 1e-12);
  }

  @Test
  void gradientsBelongToTheSampledDropout() {
    Layer layer = new SwiGlu.Builder().nOut(WIDTH).hiddenSize(6).build();
    MultiLayerNetwork net = network(new PreNormResidual.Builder(layer).dropOut(0.5).build());
    net.initGradientsView();
    var block = net.getLayer(0);
    INDArray x = random(1, WIDTH, 2);
    INDArray dy = random(1, WIDTH, 2);
    Nd4j.getRandom().setSeed(99);
    block.activate(x, true, MGR);
    INDArray dx = block.backpropGradient(dy, MGR).getSecond();
    for (long i = 0; i < x.length(); i++) {
      double value = x.getDouble(i);
      x.putScalar(i, value + 1e-6);
      Nd4j.getRandom().setSeed(99);
      double up = block.activate(x, true, MGR).mul(dy).sumNumber().doubleValue();
      x.putScalar(i, value - 1e-6);
      Nd4j.getRandom().setSeed(99);
      double down = block.activate(x, true, MGR).mul(dy).sumNumber().doubleValue();
      x.putScalar(i, value);
      assertEquals((up - down) / 2e-6, dx.dup('c').getDouble(i), 1e-7);
    }
  }

  @Test
  void transferLearningKeepsTheBlockAndItsParameters() {
    MultiLayerNetwork net = network(block(new LSTM.Builder().nOut(WIDTH).build()));
    MultiLayerNetwork tuned =
        new TransferLearning.Builder(net)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.01)).build())
            .removeOutputLayer()
            .addLayer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nIn(WIDTH)
                    .nOut(3)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    assertEquals(net.getLayer(0).params(), tuned.getLayer(0).params());
    tuned.fit(new DataSet(random(3, WIDTH, 5), random(3, 3, 5)));
    assertNotEquals(net.getLayer(0).params(), tuned.getLayer(0).params());
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(0).build();
    frozen.fit(new DataSet(random(3, WIDTH, 5), random(3, 2, 5)));
    assertEquals(net.getLayer(0).params(), frozen.getLayer(0).params());
  }

  @SuppressWarnings("deprecation") // a deprecated layer is one that must be refused
  @Test
  void badBlocksAreNamed() {
    assertMessage("allowed: a SequenceLayer", () -> new PreNormResidual.Builder(null));
    assertMessage(
        "DenseLayer", () -> new PreNormResidual.Builder(new DenseLayer.Builder().nOut(3).build()));
    assertMessage(
        "GravesBidirectionalLSTM",
        () ->
            new PreNormResidual.Builder(new GravesBidirectionalLSTM.Builder().nOut(3).build())
                .build());
    assertMessage(
        "nOut of the layer is 5; allowed: 4",
        () -> new PreNormResidual.Builder(new LSTM.Builder().nIn(4).nOut(5).build()).build());
    assertMessage(
        "nOut of the layer is 5; allowed: 4",
        () -> network(new PreNormResidual.Builder(new SwiGlu.Builder().nOut(5).build()).build()));
    assertMessage(
        "weightNoise is set on the layer",
        () ->
            new PreNormResidual.Builder(
                    new LSTM.Builder().nOut(4).weightNoise(new DropConnect(0.5)).build())
                .build());
    assertMessage(
        "norm",
        () -> new PreNormResidual.Builder(new LSTM.Builder().nOut(4).build()).norm(null).build());
  }

  @Test
  void normCanBeChosen() {
    PreNormResidual block =
        new PreNormResidual.Builder(new SwiGlu.Builder().nIn(4).nOut(4).build())
            .norm(RmsNormSpec.standard().withGain(false))
            .build();
    assertEquals(List.of("iW", "iWo"), block.parameters().stream().map(p -> p.name()).toList());
  }

  private static org.nd4j.linalg.indexing.INDArrayIndex all() {
    return NDArrayIndex.all();
  }

  private static void assertMessage(String part, org.junit.jupiter.api.function.Executable call) {
    Exception e = assertThrows(RuntimeException.class, call);
    assertTrue(messages(e).contains(part), messages(e));
  }

  private static String messages(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      all.append(t.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static void assertClose(INDArray expected, INDArray actual, double tolerance) {
    assertArrayEquals(expected.shape(), actual.shape());
    assertArrayEquals(
        expected.dup('c').data().asDouble(), actual.dup('c').data().asDouble(), tolerance);
  }
}
