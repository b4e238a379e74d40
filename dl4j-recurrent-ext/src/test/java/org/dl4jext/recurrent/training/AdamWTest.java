package org.dl4jext.recurrent.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class AdamWTest {

  private static final double LR = 0.01;
  private static final double DECAY = 0.1;

  @Test
  void oneStepHasTheValueOfTheFormula() {
    GradientUpdater<AdamW> updater =
        new AdamW(0.1, 0)
            .withBetas(0.9, 0.99)
            .withEpsilon(0.5)
            .instantiate(Nd4j.zeros(DataType.DOUBLE, 4), true);
    INDArray gradient = Nd4j.createFromArray(2.0, -1.0);
    updater.applyUpdater(gradient, 0, 0);
    // After one step m and v are g and g^2 once corrected: lr g / (|g| + epsilon).
    assertArrayEquals(new double[] {0.1 * 2 / 2.5, -0.1 / 1.5}, gradient.toDoubleVector(), 1e-15);
    gradient = Nd4j.createFromArray(1.0, 3.0);
    updater.applyUpdater(gradient, 1, 0);
    // m = 0.9*0.2 + 0.1*1 = 0.28, v = 0.99*0.04 + 0.01*1 = 0.0496
    double first = 0.1 * (0.28 / 0.19) / (Math.sqrt(0.0496 / 0.0199) + 0.5);
    // m = 0.9*-0.1 + 0.1*3 = 0.21, v = 0.99*0.01 + 0.01*9 = 0.0999
    double second = 0.1 * (0.21 / 0.19) / (Math.sqrt(0.0999 / 0.0199) + 0.5);
    assertArrayEquals(new double[] {first, second}, gradient.toDoubleVector(), 1e-14);
  }

  @Test
  void networkFollowsTheFormulaAndBiasesDoNotDecay() {
    MultiLayerNetwork net = network(new AdamW(LR, DECAY).install(builder()));
    HandAdamW expected = new HandAdamW(net, LR, Map.of("0_W", DECAY, "1_W", DECAY));
    net.setListeners(expected);
    for (int i = 0; i < 5; i++) {
      net.fit(data(i));
    }
    expected.assertEqualTo(net);
  }

  @Test
  void decayFollowsTheSchedule() {
    WarmupCosineSchedule schedule = WarmupCosineSchedule.ofIterations(0.05, 2, 6).withFloor(0.001);
    MultiLayerNetwork net = network(new AdamW(schedule, DECAY).install(builder()));
    HandAdamW expected = new HandAdamW(net, 0, Map.of("0_W", DECAY, "1_W", DECAY));
    net.setListeners(expected);
    for (int i = 0; i < 8; i++) {
      expected.lr = schedule.valueAt(i, 0);
      net.fit(data(i));
    }
    expected.assertEqualTo(net);
  }

  @Test
  void layerReplacesTheDecayOfTheNetwork() {
    MultiLayerNetwork net =
        network(
            new AdamW(LR, DECAY).install(builder()), new AdamW(LR, 0.3).install(dense()), output());
    HandAdamW expected = new HandAdamW(net, LR, Map.of("0_W", 0.3, "1_W", DECAY));
    net.setListeners(expected);
    for (int i = 0; i < 4; i++) {
      net.fit(data(i));
    }
    expected.assertEqualTo(net);
  }

  @Test
  void layerCanSwitchTheDecayOff() {
    MultiLayerNetwork net =
        network(
            new AdamW(LR, DECAY).install(builder()), new AdamW(LR, 0).install(dense()), output());
    HandAdamW expected = new HandAdamW(net, LR, Map.of("1_W", DECAY));
    net.setListeners(expected);
    for (int i = 0; i < 4; i++) {
      net.fit(data(i));
    }
    expected.assertEqualTo(net);
  }

  @Test
  void decayIsNoPartOfTheScore() {
    MultiLayerNetwork plain = network(builder().updater(new Adam(LR)));
    MultiLayerNetwork net = network(new AdamW(LR, DECAY).install(builder()));
    net.setParams(plain.params().dup());
    assertEquals(plain.score(data(0)), net.score(data(0)), 0);
  }

  @Test
  void installReplacesL2AndWeightDecay() {
    NeuralNetConfiguration.Builder builder = builder();
    builder.setRegularization(new ArrayList<>());
    builder.l1(0.5).l2(0.5);
    new AdamW(LR, DECAY).install(builder);
    new AdamW(LR, DECAY).install(builder);
    assertEquals(2, builder.getRegularization().size());
    assertEquals(new DecoupledWeightDecay(DECAY), builder.getRegularization().get(1));
  }

  @Test
  void decayWithoutInstallIsAnError() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> network(builder().updater(new AdamW(LR, DECAY))).fit(data(0)));
    assertTrue(e.getMessage().contains("weightDecay is 0.1"), e.getMessage());
    network(builder().updater(new AdamW(LR, 0))).fit(data(0));
  }

  @Test
  void jsonAndYamlRoundTripsAreEqual() {
    MultiLayerNetwork net =
        network(
            new AdamW(WarmupCosineSchedule.ofEpochs(0.1, 1, 3), DECAY)
                .withBetas(0.8, 0.95)
                .withEpsilon(1e-6)
                .install(builder()));
    MultiLayerConfiguration conf = net.getLayerWiseConfigurations();
    String json = conf.toJson();
    assertEquals(conf, MultiLayerConfiguration.fromJson(json));
    assertEquals(conf, MultiLayerConfiguration.fromYaml(conf.toYaml()));
    BaseLayer read = (BaseLayer) MultiLayerConfiguration.fromJson(json).getConf(0).getLayer();
    assertEquals(((BaseLayer) conf.getConf(0).getLayer()).getIUpdater(), read.getIUpdater());
    assertEquals(List.of(new DecoupledWeightDecay(DECAY)), read.getRegularization());
  }

  @Test
  void unknownPropertiesAreErrorsThatNameThem() {
    String json =
        network(new AdamW(WarmupCosineSchedule.ofEpochs(0.1, 1, 3), DECAY).install(builder()))
            .getLayerWiseConfigurations()
            .toJson();
    for (String property : List.of("weightDecay", "warmup", "l2")) {
      String misspelt =
          json.replace("\"" + property + "\"", "\"" + property + "X\" : 1, \"" + property + "\"");
      Exception e =
          assertThrows(Exception.class, () -> MultiLayerConfiguration.fromJson(misspelt), property);
      StringBuilder messages = new StringBuilder();
      for (Throwable t = e; t != null; t = t.getCause()) {
        messages.append(t.getMessage());
      }
      assertTrue(messages.toString().contains("'" + property + "X'"), messages.toString());
    }
  }

  @Test
  void savedNetworkTrainsOnBitEqual() throws IOException {
    MultiLayerNetwork net = network(new AdamW(LR, DECAY).install(builder()));
    net.fit(data(0));
    net.fit(data(1));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, file, true);
    MultiLayerNetwork read =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(file.toByteArray()));
    assertEquals(net.getUpdater().getStateViewArray(), read.getUpdater().getStateViewArray());
    assertTrue(net.getUpdater().getStateViewArray().norm2Number().doubleValue() > 0);
    net.fit(data(2));
    read.fit(data(2));
    assertArrayEquals(net.params().toDoubleVector(), read.params().toDoubleVector(), 0);
  }

  @Test
  void learningRateCanBeChangedOnTheNetwork() {
    MultiLayerNetwork net = network(new AdamW(LR, DECAY).install(builder()));
    net.setLearningRate(0.25);
    assertEquals(0.25, net.getLearningRate(0));
    net.setLearningRate(WarmupCosineSchedule.ofIterations(0.5, 1, 10));
    assertEquals(0.5, net.getLearningRate(0));
  }

  @Test
  void badOptionsAreNamed() {
    assertMessage("learningRate is -1.0", () -> new AdamW(-1, 0));
    assertMessage("learningRate is NaN", () -> new AdamW(Double.NaN, 0));
    assertMessage("weightDecay is -0.5", () -> new AdamW(1, -0.5));
    assertMessage("beta1 is 1.0", () -> new AdamW(1, 0).withBetas(1, 0.5));
    assertMessage("beta2 is -0.1", () -> new AdamW(1, 0).withBetas(0.5, -0.1));
    assertMessage("epsilon is -1.0", () -> new AdamW(1, 0).withEpsilon(-1));
  }

  /** DL4J's own weight decay of a network acts twice; when this fails, that has been repaired. */
  @Test
  void canaryStockWeightDecayOfANetworkActsTwice() {
    MultiLayerNetwork net = network(builder().updater(new Sgd(LR)).weightDecay(DECAY));
    assertEquals(2, ((BaseLayer) net.getLayer(0).conf().getLayer()).getRegularization().size());
  }

  private static void assertMessage(String part, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder().seed(5).dataType(DataType.DOUBLE).biasInit(0.5);
  }

  private static DenseLayer.Builder dense() {
    return new DenseLayer.Builder().nIn(3).nOut(4).activation(Activation.TANH);
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).activation(Activation.IDENTITY);
  }

  private static MultiLayerNetwork network(NeuralNetConfiguration.Builder builder) {
    return network(builder, dense(), output());
  }

  private static MultiLayerNetwork network(
      NeuralNetConfiguration.Builder builder, DenseLayer.Builder dense, OutputLayer.Builder out) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(builder.list().layer(dense.build()).layer(out.build()).build());
    net.init();
    return net;
  }

  private static DataSet data(int seed) {
    Nd4j.getRandom().setSeed(1 + seed);
    return new DataSet(Nd4j.randn(DataType.DOUBLE, 7, 3), Nd4j.randn(DataType.DOUBLE, 7, 2));
  }

  /** AdamW written out on Java arrays, fed with the gradients of a network. */
  private static final class HandAdamW extends BaseTrainingListener {
    private final Map<String, double[]> parameters = new TreeMap<>();
    private final Map<String, double[][]> moments = new TreeMap<>();
    private final Map<String, Double> decay;
    private double lr;
    private int step;

    HandAdamW(MultiLayerNetwork net, double lr, Map<String, Double> decay) {
      this.lr = lr;
      this.decay = decay;
      net.paramTable()
          .forEach(
              (name, p) -> {
                parameters.put(name, p.ravel().toDoubleVector());
                moments.put(name, new double[2][(int) p.length()]);
              });
    }

    @Override
    public void onGradientCalculation(Model model) {
      step++;
      model
          .gradient()
          .gradientForVariable()
          .forEach(
              (name, g) ->
                  update(
                      parameters.get(name),
                      g.ravel().div(model.batchSize()).toDoubleVector(),
                      moments.get(name),
                      decay.getOrDefault(name, 0.0)));
    }

    private void update(double[] theta, double[] g, double[][] moments, double weightDecay) {
      for (int i = 0; i < theta.length; i++) {
        theta[i] -= lr * weightDecay * theta[i];
        moments[0][i] = 0.9 * moments[0][i] + 0.1 * g[i];
        moments[1][i] = 0.999 * moments[1][i] + 0.001 * g[i] * g[i];
        double m = moments[0][i] / (1 - Math.pow(0.9, step));
        double v = moments[1][i] / (1 - Math.pow(0.999, step));
        theta[i] -= lr * m / (Math.sqrt(v) + 1e-8);
      }
    }

    void assertEqualTo(MultiLayerNetwork net) {
      net.paramTable()
          .forEach(
              (name, p) ->
                  assertArrayEquals(parameters.get(name), p.ravel().toDoubleVector(), 1e-12, name));
    }
  }
}
