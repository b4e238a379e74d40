package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J's wrappers and tools take the layer as one of their own. */
interface NetworkPromises extends LayerUnderTest {

  @Test
  default void bidirectionalReadsBothWays() {
    TestNet net = bothWays();
    INDArray x = net.input(3, 7, 1);
    INDArray y = net.activations(x, null).dup();
    INDArray changed = x.dup();
    net.steps(changed, 3, 4).addi(1);
    INDArray after = net.activations(changed, null);
    INDArray forward = channels(y, 0, width());
    INDArray backward = channels(y, width(), 2 * width());
    ArrayAssertions.assertBitEqual(
        net.steps(forward, 0, 3), net.steps(channels(after, 0, width()), 0, 3));
    ArrayAssertions.assertBitEqual(
        net.steps(backward, 4, 7), net.steps(channels(after, width(), 2 * width()), 4, 7));
    assertFalse(
        ArrayAssertions.bitEqual(
            net.steps(backward, 0, 4), net.steps(channels(after, width(), 2 * width()), 0, 4)));
  }

  /** Both directions side by side, with exact gradients. */
  default TestNet bothWays() {
    TestNet net =
        TestNet.of(
            Variant.PLAIN,
            () -> new Bidirectional(Bidirectional.Mode.CONCAT, layer()),
            b -> b.updater(new NoOp()));
    INDArray x = net.input(3, 7, 1);
    assertArrayEquals(new long[] {3, 2L * width(), 7}, net.activations(x, null).shape());
    assertGradients(net.multiLayer(), x, net.labels(3, 7, 2));
    return net;
  }

  private static INDArray channels(INDArray y, int from, int to) {
    return y.get(
        org.nd4j.linalg.indexing.NDArrayIndex.all(),
        org.nd4j.linalg.indexing.NDArrayIndex.interval(from, to),
        org.nd4j.linalg.indexing.NDArrayIndex.all());
  }

  /** Gradients of all parameters are exact. */
  static void assertGradients(MultiLayerNetwork net, INDArray x, INDArray labels) {
    LayerUnderTest.withDoubleDefault(
        () ->
            assertTrue(
                GradientCheckUtil.checkGradients(
                    new GradientCheckUtil.MLNConfig()
                        .net(net)
                        .input(x)
                        .labels(labels)
                        .maxRelError(1e-5)
                        .minAbsoluteError(1e-8)
                        .subset(true)
                        .maxPerParam(12)
                        .print(GradientCheckUtil.PrintMode.FAILURES_ONLY))));
  }

  @Test
  default void lastTimeStepTakesTheLastValidStep() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new NoOp())
            .list()
            .layer(new LastTimeStep(layer()))
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build())
            .setInputType(InputType.recurrent(TestNet.INPUTS));
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    INDArray x = net(Variant.PLAIN).input(3, 7, 1);
    TestNet whole = net(Variant.PLAIN);
    for (String key : net.getLayer(0).paramTable().keySet()) {
      whole.layer(0).setParam(key, net.getLayer(0).getParam(key));
    }
    INDArray expected = whole.activations(x, null);
    INDArray last = net.feedForward(x, false).get(1);
    ArrayAssertions.assertClose(whole.steps(expected, 6, 7).reshape(3, width()), last, 1e-12);
    assertGradients(net, x, Nd4j.randn(DataType.DOUBLE, 3, 2));
  }

  @Test
  default void maskZeroLayerMasksWhatIsZero() {
    TestNet net =
        TestNet.of(
            Variant.PLAIN,
            () -> new MaskZeroLayer.Builder().setMaskValue(0).setUnderlying(layer()).build());
    INDArray x = net.input(3, 7, 1);
    net.steps(x, 5, 7).assign(0);
    assertArrayEquals(new long[] {3, width(), 7}, net.activations(x, null).shape());
    net.fit(new DataSet(x, net.labels(3, 7, 2)));
    assertTrue(ArrayAssertions.finite(net.params()));
  }

  @Test
  default void aFrozenLayerPassesGradientsOn() {
    TestNet plain =
        TestNet.of(new Variant(DataType.DOUBLE, Variant.PLAIN.format(), false, 2), this::layer);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.1))
            .list();
    list.layer(layer()).layer(new FrozenLayerWithBackprop(layer()));
    list.layer(
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.recurrent(TestNet.INPUTS)).build());
    net.init();
    net.params().assign(plain.params());
    INDArray frozen = net.getLayer(1).params().dup();
    DataSet data = new DataSet(plain.input(3, 7, 1), plain.labels(3, 7, 2));
    plain.fit(data);
    net.fit(data);
    ArrayAssertions.assertClose(plain.layer(0).params(), net.getLayer(0).params(), 1e-12);
    ArrayAssertions.assertBitEqual(frozen, net.getLayer(1).params());
  }

  @Test
  default void transferLearningKeepsAndReplacesLayers() {
    TestNet net =
        TestNet.of(new Variant(DataType.DOUBLE, Variant.PLAIN.format(), false, 2), this::layer);
    DataSet data = new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2));
    net.fit(data);
    MultiLayerNetwork tuned =
        new TransferLearning.Builder(net.multiLayer())
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.05)).seed(3).build())
            .setFeatureExtractor(0)
            .removeOutputLayer()
            .addLayer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nIn(width())
                    .nOut(4)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    ArrayAssertions.assertBitEqual(net.layer(1).params(), tuned.getLayer(1).params());
    INDArray frozen = tuned.getLayer(0).params().dup();
    INDArray free = tuned.getLayer(1).params().dup();
    tuned.fit(new DataSet(data.getFeatures(), Nd4j.randn(DataType.DOUBLE, 3, 4, 7)));
    ArrayAssertions.assertBitEqual(frozen, tuned.getLayer(0).params());
    assertFalse(ArrayAssertions.bitEqual(free, tuned.getLayer(1).params()));
  }

  private static List<DataSet> batches(TestNet net) {
    return List.of(
        new DataSet(net.input(4, 7, 1), net.labels(4, 7, 2)),
        new DataSet(net.input(4, 7, 3), net.labels(4, 7, 4)));
  }

  @Test
  default void earlyStoppingReturnsTheBestNetwork() {
    TestNet net = net(Variant.PLAIN);
    EarlyStoppingConfiguration<MultiLayerNetwork> conf =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .scoreCalculator(
                new DataSetLossCalculator(new ListDataSetIterator<>(batches(net), 4), true))
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(conf, net.multiLayer(), new ListDataSetIterator<>(batches(net), 4))
            .fit();
    assertEquals(3, result.getTotalEpochs());
    assertNotNull(result.getBestModel());
    assertTrue(ArrayAssertions.finite(result.getBestModel().output(net.input(2, 5, 6))));
  }

  @Test
  default void parallelWrapperTrainsCopies() {
    TestNet net = net(Variant.FLOAT);
    // At 0.1 a GRU of one worker overshoots on these batches as well, at 0.03 a QKAN layer.
    net.multiLayer().setLearningRate(0.003);
    DataSet data = batches(net).get(0);
    double before = net.score(data);
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(net.multiLayer())
            .workers(2)
            .prefetchBuffer(0)
            .averagingFrequency(1)
            .reportScoreAfterAveraging(false)
            .build();
    for (int epoch = 0; epoch < 5; epoch++) {
      wrapper.fit(new ListDataSetIterator<>(batches(net), 4));
    }
    wrapper.shutdown();
    assertTrue(net.score(data) < before, "score " + before + " -> " + net.score(data));
  }

  /** A layer behind stock layers, to show that it fits between them. */
  default Layer stock() {
    return new org.deeplearning4j.nn.conf.layers.LSTM.Builder().nOut(5).build();
  }

  @Test
  default void itStandsBetweenStockLayers() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new NoOp())
            .list();
    list.layer(stock()).layer(layer()).layer(stock());
    list.layer(
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.recurrent(TestNet.INPUTS)).build());
    net.init();
    TestNet shapes = net(Variant.PLAIN);
    assertGradients(net, shapes.input(3, 7, 1), shapes.labels(3, 7, 2));
  }
}
