package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoder;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoderVertex;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Encoder and decoder in a graph: gradients, masks of both, causality, JSON and files. */
class UniversalDecoderTest {

  private static final int WIDTH = 4;

  private static UniversalSpec spec() {
    return UniversalSpec.ofHeads(2)
        .with(Map.of("innerSize", 3, "maxSteps", 3, "haltingBias", 0.0, "ponderWeight", 0.1));
  }

  private static ComputationGraph graph(IUpdater updater, double l2) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(updater)
            .l2(l2)
            .graphBuilder()
            .addInputs("source", "target")
            .setInputTypes(InputType.recurrent(3), InputType.recurrent(2));
    builder.addLayer(
        "encoder", new UniversalTransformer.Builder().nOut(WIDTH).spec(spec()).build(), "source");
    UniversalTransformerDecoderVertex.add(
        builder,
        "decoder",
        new UniversalTransformerDecoder.Builder()
            .nOut(WIDTH)
            .spec(spec().with("causal", true))
            .build(),
        "target",
        "encoder");
    builder
        .addLayer(
            "out",
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(2)
                .build(),
            "decoder")
        .setOutputs("out");
    ComputationGraph net = new ComputationGraph(builder.build());
    net.init();
    return net;
  }

  private static INDArray[] inputs() {
    Nd4j.getRandom().setSeed(3);
    return new INDArray[] {
      Nd4j.randn(DataType.DOUBLE, 3, 3, 5), Nd4j.randn(DataType.DOUBLE, 3, 2, 4)
    };
  }

  private static INDArray[] masks() {
    return new INDArray[] {
      Nd4j.createFromArray(new double[][] {{1, 1, 0, 1, 0}, {0, 1, 1, 1, 1}, {1, 1, 1, 1, 1}}),
      Nd4j.createFromArray(new double[][] {{1, 1, 1, 0}, {0, 1, 1, 1}, {1, 1, 1, 1}})
    };
  }

  private static INDArray output(ComputationGraph net, INDArray[] inputs, INDArray[] masks) {
    return net.output(false, inputs, masks, null)[0].dup();
  }

  @Test
  void gradientsOfBothSidesAreExact() {
    for (INDArray[] masks : new INDArray[][] {null, masks()}) {
      ComputationGraph net = graph(new NoOp(), 0.1);
      INDArray labels = Nd4j.randn(DataType.DOUBLE, 3, 2, 4);
      INDArray[] labelMasks = masks == null ? null : new INDArray[] {masks[1]};
      LayerUnderTest.withDoubleDefault(
          () ->
              assertTrue(
                  GradientCheckUtil.checkGradients(
                      new GradientCheckUtil.GraphConfig()
                          .net(net)
                          .inputs(inputs())
                          .labels(new INDArray[] {labels})
                          .inputMask(masks)
                          .labelMask(labelMasks)
                          .maxRelError(1e-5)
                          .minAbsoluteError(1e-8)
                          .print(GradientCheckUtil.PrintMode.FAILURES_ONLY))));
    }
  }

  @Test
  void whatMasksHideCannotBeSeen() {
    ComputationGraph net = graph(new NoOp(), 0);
    INDArray[] inputs = inputs();
    INDArray before = output(net, inputs, masks());
    inputs[0].get(NDArrayIndex.point(0), NDArrayIndex.all(), NDArrayIndex.point(2)).assign(1e9);
    inputs[1]
        .get(NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.point(0))
        .assign(Double.NaN);
    ArrayAssertions.assertBitEqual(before, output(net, inputs, masks()));
    assertFalse(ArrayAssertions.bitEqual(before, output(net, inputs(), null)));
  }

  @Test
  void theDecoderSeesAllOfTheMemoryAndNoLaterStep() {
    ComputationGraph net = graph(new NoOp(), 0);
    INDArray before = output(net, inputs(), null);
    INDArray[] inputs = inputs();
    inputs[1].get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(3)).addi(1);
    INDArray after = output(net, inputs, null);
    ArrayAssertions.assertBitEqual(steps(before, 0, 3), steps(after, 0, 3));
    assertFalse(ArrayAssertions.bitEqual(steps(before, 3, 4), steps(after, 3, 4)));
    inputs = inputs();
    inputs[0].get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(4)).addi(1);
    after = output(net, inputs, null);
    assertFalse(ArrayAssertions.bitEqual(steps(before, 0, 1), steps(after, 0, 1)));
  }

  private static INDArray steps(INDArray array, int from, int to) {
    return array.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  @Test
  void trainingLowersTheScoreAndSavesWhole(@TempDir File folder) throws IOException {
    ComputationGraph net = graph(new Sgd(0.05), 0);
    MultiDataSet data =
        new MultiDataSet(
            inputs(),
            new INDArray[] {Nd4j.randn(DataType.DOUBLE, 3, 2, 4)},
            masks(),
            new INDArray[] {masks()[1]});
    double before = net.score(data);
    for (int i = 0; i < 30; i++) {
      net.fit(data);
    }
    assertTrue(net.score(data) < 0.9 * before, before + " -> " + net.score(data));
    File file = new File(folder, "net.zip");
    net.save(file);
    ComputationGraph loaded = ComputationGraph.load(file, true);
    ArrayAssertions.assertBitEqual(
        output(net, inputs(), masks()), output(loaded, inputs(), masks()));
    assertEquals(net.getConfiguration(), loaded.getConfiguration());
    ComputationGraphConfiguration again =
        ComputationGraphConfiguration.fromYaml(net.getConfiguration().toYaml());
    assertEquals(net.getConfiguration(), again);
    ArrayAssertions.assertBitEqual(
        output(net, inputs(), masks()), output(net.clone(), inputs(), masks()));
  }

  @Test
  void aMemoryOfAnotherWidthIsRefused() {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("memory", "target")
            .setInputTypes(InputType.recurrent(3), InputType.recurrent(2));
    UniversalTransformerDecoderVertex.add(
        builder,
        "decoder",
        new UniversalTransformerDecoder.Builder().nOut(WIDTH).spec(spec()).build(),
        "target",
        "memory");
    ComputationGraph net =
        new ComputationGraph(
            builder.setOutputs("decoder").validateOutputLayerConfig(false).build());
    net.init();
    RefusalPromises.assertMessage(
        assertThrows(
            IllegalArgumentException.class,
            () -> net.output(Nd4j.zeros(3, 3, 5), Nd4j.zeros(3, 2, 4))),
        "memory is [3, 5, 3]",
        "allowed: [3, 5, 4]");
  }
}
