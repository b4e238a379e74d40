package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What is wrong is refused early, by name, and changes nothing. */
interface RefusalPromises extends LayerUnderTest {

  /** Fails unless the message holds all parts. */
  static void assertMessage(Throwable thrown, Object... parts) {
    StringBuilder messages = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      messages.append(t.getMessage()).append('\n');
    }
    for (Object part : parts) {
      assertTrue(
          messages.toString().contains(part.toString()), "'" + part + "' is not in: " + messages);
    }
  }

  @Test
  default void badSizesAreRefusedAtBuild() {
    String name = layer().getClass().getSimpleName();
    assertMessage(
        assertThrows(DL4JInvalidConfigException.class, () -> builder().nIn(-1).build()),
        name,
        "nIn",
        "-1",
        "allowed");
    assertMessage(
        assertThrows(DL4JInvalidConfigException.class, () -> builder().nIn(3).nOut(-2).build()),
        name,
        "nOut",
        "-2",
        "allowed");
  }

  @Test
  default void anUnknownInputSizeIsRefusedAtInit() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().list().layer(builder().name("first").build());
    list.layer(new RnnOutputLayer.Builder().nIn(width()).nOut(2).build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    assertMessage(assertThrows(RuntimeException.class, net::init), "first", "nIn", "0", "allowed");
  }

  @Test
  default void optionsThatTheLayerLacksAreRefused() {
    assertMessage(
        assertThrows(
            DL4JInvalidConfigException.class, () -> builder().activation(Activation.RELU).build()),
        "activation",
        "relu",
        "allowed");
  }

  @Test
  default void badInputIsRefusedBeforeAnyStateChanges() {
    for (RNNFormat format : RNNFormat.values()) {
      TestNet net = net(new Variant(DataType.DOUBLE, format, false, 1));
      SingleLayer layer = new SingleLayer(net);
      INDArray x = net.input(3, 7, 1);
      net.timeStep(net.steps(x, 0, 3));
      Map<String, INDArray> before = layer.recurrent().rnnGetPreviousState();
      INDArray wrongSize = Nd4j.create(DataType.DOUBLE, 3, TestNet.INPUTS + 1, TestNet.INPUTS + 2);
      assertMessage(
          assertThrows(DL4JInvalidInputException.class, () -> net.timeStep(wrongSize)),
          Arrays.toString(wrongSize.shape()),
          "nIn = " + TestNet.INPUTS,
          format);
      assertThrows(
          RuntimeException.class,
          () -> layer.forward(Nd4j.create(DataType.DOUBLE, 3, 3), null, true));
      assertMessage(
          assertThrows(
              DL4JInvalidInputException.class,
              () -> layer.forward(x, Nd4j.ones(DataType.DOUBLE, 3, 6), true)),
          "mask",
          "[3, 6]",
          "[3, 7]");
      layer.layer().setMaskArray(null);
      assertMessage(
          assertThrows(IllegalStateException.class, () -> net.timeStep(net.input(2, 1, 2))),
          "minibatch of 3",
          "2",
          "rnnClearPreviousState");
      layer
          .recurrent()
          .rnnGetPreviousState()
          .forEach((k, v) -> ArrayAssertions.assertBitEqual(before.get(k), v));
    }
  }

  @Test
  default void badStatesAreRefused() {
    TestNet net = net(Variant.PLAIN);
    net.timeStep(net.input(3, 1, 1));
    Map<String, INDArray> state = net.recurrent(0).rnnGetPreviousState();
    if (state.isEmpty()) {
      return;
    }
    Map<String, INDArray> misnamed = new HashMap<>(state);
    misnamed.put("unknown", Nd4j.ones(1));
    assertMessage(
        assertThrows(
            IllegalArgumentException.class, () -> net.recurrent(0).rnnSetPreviousState(misnamed)),
        "unknown",
        "allowed");
    Map<String, INDArray> misshapen = new HashMap<>(state);
    String key = state.keySet().iterator().next();
    misshapen.put(key, Nd4j.ones(DataType.DOUBLE, 3, 1, 17));
    assertMessage(
        assertThrows(
            IllegalArgumentException.class, () -> net.recurrent(0).rnnSetPreviousState(misshapen)),
        key,
        "[3, 1, 17]",
        "allowed");
  }

  @Test
  default void truncatedBpttWithChannelsLastIsRefused() {
    TestNet net =
        TestNet.of(new Variant(DataType.DOUBLE, RNNFormat.NWC, false, 1), this::layer, b -> {}, 2);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 3, 3, TestNet.INPUTS);
    INDArray labels = Nd4j.randn(DataType.DOUBLE, 3, 3, TestNet.INPUTS);
    assertMessage(
        assertThrows(RuntimeException.class, () -> net.fit(new DataSet(x, labels))),
        "NWC",
        "truncated BPTT",
        "allowed");
  }

  @Test
  default void unknownParametersAreRefused() {
    TestNet net = net(Variant.PLAIN);
    assertMessage(
        assertThrows(
            IllegalArgumentException.class, () -> net.layer(0).setParam("nope", Nd4j.ones(1))),
        "nope");
  }
}
