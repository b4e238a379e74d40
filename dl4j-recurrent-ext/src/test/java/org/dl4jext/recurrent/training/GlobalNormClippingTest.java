package org.dl4jext.recurrent.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** With SGD at rate 1 the step of the parameters is the clipped gradient itself. */
class GlobalNormClippingTest {

  private static final int BATCH = 7;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void multiLayerNetworkStepsByTheClippedGradient(boolean miniBatch) {
    MultiLayerNetwork net = network(miniBatch);
    DataSet data = data();
    net.setInput(data.getFeatures());
    net.setLabels(data.getLabels());
    net.computeGradientAndScore();
    INDArray gradient = net.gradient().gradient().dup().divi(miniBatch ? BATCH : 1);
    double norm = gradient.norm2Number().doubleValue();
    double max = norm / 4;
    net.setListeners(new GlobalNormClipping(max));
    INDArray before = net.params().dup();
    net.fit(data);
    assertStep(gradient.mul(0.25), before.sub(net.params()));
    assertEquals(max, before.sub(net.params()).norm2Number().doubleValue(), 1e-12);
  }

  @Test
  void computationGraphStepsByTheClippedGradient() {
    ComputationGraph graph = graph();
    DataSet data = data();
    graph.setInputs(data.getFeatures());
    graph.setLabels(data.getLabels());
    graph.computeGradientAndScore();
    INDArray gradient = graph.gradient().gradient().dup().divi(BATCH);
    double norm = gradient.norm2Number().doubleValue();
    graph.setListeners(new GlobalNormClipping(norm / 3));
    INDArray before = graph.params().dup();
    graph.fit(data);
    assertStep(gradient.div(3), before.sub(graph.params()));
  }

  @Test
  void smallGradientIsLeftAlone() {
    MultiLayerNetwork clipped = network(true);
    MultiLayerNetwork plain = network(true);
    clipped.setListeners(new GlobalNormClipping(1e6));
    clipped.fit(data());
    plain.fit(data());
    assertArrayEquals(plain.params().toDoubleVector(), clipped.params().toDoubleVector(), 0);
  }

  @Test
  void statisticsOfBatchNormalisationAreNeitherCountedNorScaled() {
    MultiLayerNetwork plain = withBatchNormalisation();
    MultiLayerNetwork clipped = withBatchNormalisation();
    INDArray before = plain.params().dup();
    clipped.setListeners(new GlobalNormClipping(0.01));
    plain.fit(data());
    clipped.fit(data());
    double sumOfSquares = 0;
    for (String name : plain.paramTable().keySet()) {
      INDArray step = clipped.getParam(name).sub(original(before, plain, name));
      if (name.equals("1_mean") || name.equals("1_log10stdev")) {
        assertEquals(plain.getParam(name), clipped.getParam(name), name);
        assertTrue(step.norm2Number().doubleValue() > 0.01, name);
      } else {
        sumOfSquares += Math.pow(step.norm2Number().doubleValue(), 2);
      }
    }
    assertEquals(0.01, Math.sqrt(sumOfSquares), 1e-12);
  }

  @Test
  void gradientThatIsNotFiniteIsLeftAsItIs() {
    MultiLayerNetwork net = network(true);
    net.setListeners(new GlobalNormClipping(1));
    DataSet data = data();
    data.getLabels().putScalar(0, 0, Double.POSITIVE_INFINITY);
    net.fit(data);
    assertTrue(Double.isInfinite(net.getParam("1_b").getDouble(0)));
    assertTrue(Double.isFinite(net.getParam("1_b").getDouble(1)));
  }

  @Test
  void badNormIsNamed() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> new GlobalNormClipping(bad))
              .getMessage();
      assertTrue(message.contains("maxNorm is " + bad), message);
    }
  }

  private static void assertStep(INDArray expected, INDArray actual) {
    assertArrayEquals(expected.ravel().toDoubleVector(), actual.ravel().toDoubleVector(), 1e-12);
  }

  private static INDArray original(INDArray flat, MultiLayerNetwork like, String name) {
    MultiLayerNetwork copy = like.clone();
    copy.setParams(flat);
    return copy.getParam(name);
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(1));
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nIn(3).nOut(4).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(4)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork network(boolean miniBatch) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder().miniBatch(miniBatch).list().layer(dense()).layer(output()).build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork withBatchNormalisation() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(dense())
                .layer(new BatchNormalization.Builder().nIn(4).nOut(4).build())
                .layer(output())
                .build());
    net.init();
    return net;
  }

  private static ComputationGraph graph() {
    ComputationGraphConfiguration conf =
        builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("dense", dense(), "in")
            .addLayer("out", output(), "dense")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    return graph;
  }

  private static DataSet data() {
    Nd4j.getRandom().setSeed(3);
    return new DataSet(
        Nd4j.randn(DataType.DOUBLE, BATCH, 3), Nd4j.randn(DataType.DOUBLE, BATCH, 2));
  }
}
