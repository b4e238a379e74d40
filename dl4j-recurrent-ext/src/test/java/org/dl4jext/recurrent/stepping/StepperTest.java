package org.dl4jext.recurrent.stepping;

import static org.dl4jext.recurrent.stepping.StepperNetworks.INPUTS;
import static org.dl4jext.recurrent.stepping.StepperNetworks.OUTPUTS;
import static org.dl4jext.recurrent.stepping.StepperNetworks.WIDTH;
import static org.dl4jext.recurrent.stepping.StepperNetworks.assertMessage;
import static org.dl4jext.recurrent.stepping.StepperNetworks.blocks;
import static org.dl4jext.recurrent.stepping.StepperNetworks.delta;
import static org.dl4jext.recurrent.stepping.StepperNetworks.floats;
import static org.dl4jext.recurrent.stepping.StepperNetworks.network;
import static org.dl4jext.recurrent.stepping.StepperNetworks.plstm;
import static org.dl4jext.recurrent.stepping.StepperNetworks.random;
import static org.dl4jext.recurrent.stepping.StepperNetworks.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StepperTest {

  private static final int STREAMS = 4;
  private static final int STEPS = 6;

  /**
   * The outputs of the whole sequence as [steps][streams*outputs]: rnnTimeStep may go through the
   * same kernels as the stepper.
   */
  private static double[][] expected(MultiLayerNetwork net, double[][] steps) {
    DataType type = net.getLayerWiseConfigurations().getDataType();
    INDArray rows = Nd4j.createFromArray(steps).reshape(STEPS, STREAMS, INPUTS);
    INDArray y = net.output(rows.permute(1, 2, 0).castTo(type)).castTo(DataType.DOUBLE);
    return y.permute(2, 0, 1).dup('c').reshape('c', STEPS, STREAMS * OUTPUTS).toDoubleMatrix();
  }

  private static double[][] steps() {
    double[][] steps = new double[STEPS][];
    for (int t = 0; t < STEPS; t++) {
      steps[t] = random(STREAMS * INPUTS, t);
    }
    return steps;
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.recurrent.stepping.StepperNetworks#all")
  void equalsTheNetworkInDouble(List<Layer> layers) {
    MultiLayerNetwork net = network(DataType.DOUBLE, layers);
    Stepper stepper = Stepper.of(net, STREAMS);
    double[][] steps = steps();
    double[][] expected = expected(net, steps);
    double[] y = new double[STREAMS * stepper.outputSize()];
    for (int t = 0; t < STEPS; t++) {
      double[] x = steps[t].clone();
      stepper.step(x, y);
      assertArrayEquals(expected[t], y, 1e-10);
      assertArrayEquals(steps[t], x, 0, "the input was changed");
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.recurrent.stepping.StepperNetworks#all")
  void equalsTheNetworkInFloat(List<Layer> layers) {
    MultiLayerNetwork net = network(DataType.FLOAT, layers, Activation.RELU);
    Stepper stepper = Stepper.of(net, STREAMS);
    double[][] steps = steps();
    double[][] expected = expected(net, steps);
    float[] y = new float[STREAMS * stepper.outputSize()];
    for (int t = 0; t < STEPS; t++) {
      stepper.step(floats(steps[t]), y);
      for (int i = 0; i < y.length; i++) {
        assertEquals(expected[t][i], y[i], 1e-5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {
        "IDENTITY",
        "RELU",
        "LEAKYRELU",
        "ELU",
        "TANH",
        "SIGMOID",
        "SWISH",
        "SOFTPLUS",
        "SOFTMAX"
      })
  void activationsAreThoseOfTheDenseLayer(Activation activation) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = network(type, List.of(), activation);
      double[][] steps = steps();
      double[][] expected = expected(net, steps);
      Stepper stepper = Stepper.of(net, STREAMS);
      double[] y = new double[STREAMS * OUTPUTS];
      float[] narrow = new float[STREAMS * OUTPUTS];
      for (int t = 0; t < STEPS; t++) {
        if (type == DataType.DOUBLE) {
          stepper.step(steps[t], y);
          assertArrayEquals(expected[t], y, 1e-10);
        } else {
          stepper.step(floats(steps[t]), narrow);
          for (int i = 0; i < y.length; i++) {
            assertEquals(expected[t][i], narrow[i], 1e-5);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.recurrent.stepping.StepperNetworks#recurrent")
  void streamsDoNotSeeEachOtherAndAreResetAlone(List<Layer> layers) {
    MultiLayerNetwork net = network(DataType.DOUBLE, layers);
    Stepper stepper = Stepper.of(net, STREAMS);
    double[] x = random(STREAMS * INPUTS, 1);
    double[] first = new double[STREAMS * OUTPUTS];
    double[] second = new double[STREAMS * OUTPUTS];
    stepper.step(x, first);
    stepper.reset(2);
    stepper.step(x, second);
    for (int s = 0; s < STREAMS; s++) {
      double[] before = Arrays.copyOfRange(first, 2 * s, 2 * s + 2);
      double[] after = Arrays.copyOfRange(second, 2 * s, 2 * s + 2);
      assertEquals(s == 2, Arrays.equals(before, after), "stream " + s);
    }
    stepper.reset();
    stepper.step(x, second);
    assertArrayEquals(first, second, 0);
  }

  @Test
  void laterChangesOfTheNetworkAreNotSeen() {
    MultiLayerNetwork net = network(DataType.DOUBLE, delta());
    Stepper stepper = Stepper.of(net, 1);
    double[] expected = run(stepper, 1, 0);
    net.params().muli(2);
    stepper.reset();
    assertArrayEquals(expected, run(stepper, 1, 0), 0);
  }

  static Stream<Arguments> allocationFree() {
    // In double precision the vector form of exp allocates, so that network has none.
    DeltaSpec plain =
        DeltaSpec.deltaProduct(WIDTH, 2, 2)
            .withLearnedBeta(false)
            .withQueryKeyActivation(org.dl4jext.samediff.delta.Activation.IDENTITY)
            .withValueActivation(org.dl4jext.samediff.delta.Activation.IDENTITY);
    Layer delta = new DeltaProduct.Builder().nOut(WIDTH).spec(plain).build();
    return Stream.of(
        Arguments.of(DataType.FLOAT, blocks()),
        Arguments.of(DataType.FLOAT, plstm()),
        Arguments.of(DataType.DOUBLE, List.of(new PreNormResidual.Builder(delta).build())));
  }

  @ParameterizedTest
  @MethodSource("allocationFree")
  void aStepAllocatesNothing(DataType type, List<Layer> layers) {
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
        "no com.sun.management");
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Stepper stepper = Stepper.of(network(type, layers), STREAMS);
    double[] x = random(STREAMS * INPUTS, 0);
    float[] narrow = floats(x);
    double[] y = new double[STREAMS * OUTPUTS];
    float[] narrowY = new float[STREAMS * OUTPUTS];
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    // Boxes of vectors go once the JIT compiler has done all its work: the best round counts.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (least > 0 && System.nanoTime() < end) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < 500; i++) {
        if (type == DataType.FLOAT) {
          stepper.step(narrow, narrowY);
        } else {
          stepper.step(x, y);
        }
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    assertEquals(0, least, "bytes in 500 steps");
  }

  @Test
  void frozenLayersStep() {
    MultiLayerNetwork net = network(DataType.DOUBLE, delta());
    double[] expected = run(Stepper.of(net, 1), 3, 0);
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(1).build();
    assertArrayEquals(expected, run(Stepper.of(frozen, 1), 3, 0), 0);
  }

  @Test
  void whatCannotStepIsNamed() {
    MultiLayerNetwork lstm =
        network(DataType.FLOAT, List.of(new LSTM.Builder().nOut(WIDTH).name("old").build()));
    assertUnsupported("layer 1 (LSTM 'old')", lstm);
    assertUnsupported(
        "activation of layer 0 (DenseLayer",
        network(DataType.FLOAT, List.of(), Activation.HARDTANH));
    assertUnsupported(
        "layer 1 (DenseLayer",
        network(
            DataType.FLOAT,
            List.of(new DenseLayer.Builder().nOut(WIDTH).hasLayerNorm(true).build())));
    assertUnsupported(
        "no step kernel",
        network(
            DataType.FLOAT,
            List.of(new PreNormResidual.Builder(new LSTM.Builder().nOut(WIDTH).build()).build())));
    assertUnsupported("HALF", network(DataType.FLOAT, List.of()).convertDataType(half()));
  }

  @Test
  void badCallsAreNamed() {
    MultiLayerNetwork net = network(DataType.FLOAT, delta());
    assertMessage(IllegalArgumentException.class, "streams is 0", () -> Stepper.of(net, 0));
    Stepper stepper = Stepper.of(net, 2);
    assertMessage(
        UnsupportedOperationException.class,
        "the network is FLOAT; allowed: float[]",
        () -> stepper.step(new double[6], new double[4]));
    assertMessage(
        IllegalArgumentException.class,
        "x has 5 elements; allowed: 2 streams x 3",
        () -> stepper.step(new float[5], new float[4]));
    assertMessage(
        IllegalArgumentException.class,
        "y has 3 elements",
        () -> stepper.step(new float[6], new float[3]));
    assertMessage(
        IllegalArgumentException.class, "stream is 2; allowed: 0 to 1", () -> stepper.reset(2));
    assertFalse(stepper.streams() != 2 || stepper.inputSize() != 3 || stepper.outputSize() != 2);
  }

  private static DataType half() {
    return DataType.FLOAT16;
  }

  private static void assertUnsupported(String part, MultiLayerNetwork net) {
    assertMessage(UnsupportedOperationException.class, part, () -> Stepper.of(net, 1));
  }
}
