package org.dl4jext.recurrent.stepping;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.dl4jext.recurrent.block.LayerNorm;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.block.RmsNorm;
import org.dl4jext.recurrent.block.SwiGlu;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.plstm.Plstm;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class StepperTest {

  private static final int INPUTS = 3;
  private static final int WIDTH = 8;
  private static final int STREAMS = 4;
  private static final int STEPS = 6;

  /** Stacks of layers between a dense layer and an output layer. */
  static Stream<List<Layer>> stacks() {
    DeltaSpec gated = DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2);
    return Stream.of(
        List.of(new RmsNorm.Builder().build(), new LayerNorm.Builder().build()),
        List.of(new SwiGlu.Builder().nOut(WIDTH).hiddenSize(12).build()),
        List.of(new DeltaProduct.Builder().nOut(WIDTH).heads(2).build()),
        List.of(
            new Plstm.Builder()
                .nOut(WIDTH)
                .spec(PlstmSpec.of(2, 4).withStateTracking(3).with("passthrough", true))
                .build()),
        List.of(
            new PreNormResidual.Builder(
                    new Plstm.Builder()
                        .nOut(WIDTH)
                        .spec(PlstmSpec.of(2, 4).with("convolution", 0))
                        .build())
                .build()),
        List.of(
            new PreNormResidual.Builder(new DeltaProduct.Builder().nOut(WIDTH).spec(gated).build())
                .norm(LayerNormSpec.standard())
                .build(),
            new PreNormResidual.Builder(new SwiGlu.Builder().nOut(WIDTH).hiddenSize(12).build())
                .build(),
            new RmsNorm.Builder().build()));
  }

  private static MultiLayerNetwork network(
      DataType dataType, List<Layer> layers, Activation activation) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .dataType(dataType)
            .list()
            .layer(new DenseLayer.Builder().nOut(WIDTH).activation(activation).build());
    layers.forEach(list::layer);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(INPUTS))
                .build());
    net.init();
    return net;
  }

  private static double[] random(int length, int seed) {
    Random random = new Random(seed);
    return random.doubles(length, -2, 2).toArray();
  }

  /** What net.rnnTimeStep gives, step after step, as [steps][streams*outputs]. */
  private static double[][] expected(MultiLayerNetwork net, double[][] steps) {
    net.rnnClearPreviousState();
    double[][] outputs = new double[steps.length][];
    DataType type = net.getLayerWiseConfigurations().getDataType();
    for (int t = 0; t < steps.length; t++) {
      INDArray x = Nd4j.createFromArray(steps[t]).reshape(STREAMS, INPUTS, 1).castTo(type);
      outputs[t] = net.rnnTimeStep(x).castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }
    return outputs;
  }

  private static double[][] steps() {
    double[][] steps = new double[STEPS][];
    for (int t = 0; t < STEPS; t++) {
      steps[t] = random(STREAMS * INPUTS, t);
    }
    return steps;
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void equalsTheNetworkInDouble(List<Layer> layers) {
    MultiLayerNetwork net = network(DataType.DOUBLE, layers, Activation.TANH);
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
  @MethodSource("stacks")
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
      double[] y = new double[STREAMS * 2];
      float[] narrow = new float[STREAMS * 2];
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

  @Test
  void streamsDoNotSeeEachOtherAndAreResetAlone() {
    MultiLayerNetwork net = network(DataType.DOUBLE, delta(), Activation.TANH);
    Stepper stepper = Stepper.of(net, STREAMS);
    double[] x = random(STREAMS * INPUTS, 1);
    double[] first = new double[STREAMS * 2];
    double[] second = new double[STREAMS * 2];
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

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void savedStateContinuesBitEqual(DataType type, @TempDir Path folder) throws IOException {
    savedStateContinues(network(type, delta(), Activation.TANH), folder);
    savedStateContinues(
        network(type, stacks().skip(3).findFirst().orElseThrow(), Activation.TANH), folder);
  }

  private static void savedStateContinues(MultiLayerNetwork net, Path folder) throws IOException {
    Stepper stepper = Stepper.of(net, 2);
    Path file = folder.resolve("state");
    run(stepper, 3, 0);
    stepper.save(file);
    byte[] state = stepper.state();
    double[] expected = run(stepper, 3, 7);
    Stepper other = Stepper.of(net, 2);
    other.load(file);
    assertArrayEquals(state, other.state());
    assertArrayEquals(expected, run(other, 3, 7), 0);
    stepper.restore(state);
    assertArrayEquals(expected, run(stepper, 3, 7), 0);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void badStatesAreRefusedAndChangeNothing(@TempDir Path folder) throws IOException {
    Stepper stepper = Stepper.of(network(DataType.FLOAT, delta(), Activation.TANH), 2);
    run(stepper, 3, 0);
    byte[] state = stepper.state();
    byte[] damaged = state.clone();
    damaged[state.length / 2] ^= 1;
    byte[] version = state.clone();
    version[7] = 9;
    Stepper wide = Stepper.of(network(DataType.FLOAT, delta(), Activation.TANH), 3);
    Stepper exact = Stepper.of(network(DataType.DOUBLE, delta(), Activation.TANH), 2);
    assertRefused(stepper, damaged, "damaged");
    assertRefused(stepper, version, "version is 9; allowed: 1");
    assertRefused(stepper, new byte[3], "not the state");
    assertRefused(stepper, Arrays.copyOf(state, state.length - 9), "damaged");
    assertRefused(stepper, wide.state(), "3 streams");
    assertRefused(stepper, exact.state(), "DOUBLE");
    Path file = folder.resolve("garbage");
    Files.write(file, new byte[100]);
    String message =
        assertThrows(IllegalArgumentException.class, () -> stepper.load(file)).getMessage();
    assertTrue(message.contains("garbage"), message);
    assertArrayEquals(state, stepper.state());
  }

  @Test
  void laterChangesOfTheNetworkAreNotSeen() {
    MultiLayerNetwork net = network(DataType.DOUBLE, delta(), Activation.TANH);
    Stepper stepper = Stepper.of(net, 1);
    double[] expected = run(stepper, 1, 0);
    net.params().muli(2);
    stepper.reset();
    assertArrayEquals(expected, run(stepper, 1, 0), 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void aStepAllocatesNothing(DataType type) {
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
        "no com.sun.management");
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    // In double precision the vector form of exp allocates, so that network has none.
    DeltaSpec plain =
        DeltaSpec.deltaProduct(WIDTH, 2, 2)
            .withLearnedBeta(false)
            .withQueryKeyActivation(org.dl4jext.samediff.delta.Activation.IDENTITY)
            .withValueActivation(org.dl4jext.samediff.delta.Activation.IDENTITY);
    List<Layer> layers =
        type == DataType.FLOAT
            ? stacks().skip(5).findFirst().orElseThrow()
            : List.of(
                new PreNormResidual.Builder(
                        new DeltaProduct.Builder().nOut(WIDTH).spec(plain).build())
                    .build());
    Stepper stepper = Stepper.of(network(type, layers, Activation.TANH), STREAMS);
    double[] x = random(STREAMS * INPUTS, 0);
    float[] narrow = floats(x);
    double[] y = new double[STREAMS * 2];
    float[] narrowY = new float[STREAMS * 2];
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
    MultiLayerNetwork net = network(DataType.DOUBLE, delta(), Activation.TANH);
    double[] expected = run(Stepper.of(net, 1), 3, 0);
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(1).build();
    assertArrayEquals(expected, run(Stepper.of(frozen, 1), 3, 0), 0);
  }

  @Test
  void whatCannotStepIsNamed() {
    MultiLayerNetwork lstm =
        network(
            DataType.FLOAT,
            List.of(new LSTM.Builder().nOut(WIDTH).name("old").build()),
            Activation.TANH);
    assertUnsupported("layer 1 (LSTM 'old')", lstm);
    assertUnsupported(
        "activation of layer 0 (DenseLayer",
        network(DataType.FLOAT, List.of(), Activation.HARDTANH));
    assertUnsupported(
        "layer 1 (DenseLayer",
        network(
            DataType.FLOAT,
            List.of(new DenseLayer.Builder().nOut(WIDTH).hasLayerNorm(true).build()),
            Activation.TANH));
    assertUnsupported(
        "no step kernel",
        network(
            DataType.FLOAT,
            List.of(new PreNormResidual.Builder(new LSTM.Builder().nOut(WIDTH).build()).build()),
            Activation.TANH));
    assertUnsupported(
        "HALF", network(DataType.FLOAT, List.of(), Activation.TANH).convertDataType(half()));
  }

  @Test
  void badCallsAreNamed() {
    MultiLayerNetwork net = network(DataType.FLOAT, delta(), Activation.TANH);
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

  private static List<Layer> delta() {
    return List.of(new DeltaProduct.Builder().nOut(WIDTH).heads(2).build());
  }

  private static double[] run(Stepper stepper, int steps, int seed) {
    int streams = stepper.streams();
    double[] y = new double[streams * stepper.outputSize()];
    for (int t = 0; t < steps; t++) {
      double[] x = random(streams * INPUTS, seed + t);
      if (stepper.dataType() == DataType.DOUBLE) {
        stepper.step(x, y);
      } else {
        float[] narrow = new float[y.length];
        stepper.step(floats(x), narrow);
        for (int i = 0; i < y.length; i++) {
          y[i] = narrow[i];
        }
      }
    }
    return y;
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static void assertRefused(Stepper stepper, byte[] state, String part) {
    assertMessage(IllegalArgumentException.class, part, () -> stepper.restore(state));
  }

  private static void assertUnsupported(String part, MultiLayerNetwork net) {
    assertMessage(UnsupportedOperationException.class, part, () -> Stepper.of(net, 1));
  }

  private static void assertMessage(
      Class<? extends Exception> type,
      String part,
      org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(type, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
