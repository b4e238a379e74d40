package org.dl4jext.contract;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Saved, loaded and cloned networks go on as the original does, to the last bit. */
interface PersistencePromises extends LayerUnderTest {

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void aLoadedNetworkTrainsOnBitEqual(Variant variant) {
    TestNet net = net(variant, b -> b.updater(new Adam(0.01)));
    DataSet data = new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2));
    net.fit(data);
    net.fit(data);
    TestNet loaded = net.withModel(reload(net));
    assertSame(net, loaded);
    net.fit(data);
    loaded.fit(data);
    assertSame(net, loaded);
  }

  private static Model reload(TestNet net) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(net.model(), bytes, true);
      ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
      return net.variant().graph()
          ? ModelSerializer.restoreComputationGraph(in, true)
          : ModelSerializer.restoreMultiLayerNetwork(in, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(TestNet a, TestNet b) {
    INDArray x = a.input(2, 5, 9);
    ArrayAssertions.assertBitEqual(a.params(), b.params());
    ArrayAssertions.assertBitEqual(a.output(x), b.output(x));
    ArrayAssertions.assertBitEqual(updaterState(a.model()), updaterState(b.model()));
  }

  private static INDArray updaterState(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getUpdater().getStateViewArray()
        : ((ComputationGraph) model).getUpdater().getUpdaterStateViewArray();
  }

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void aCloneIsEqualAndIndependent(Variant variant) {
    TestNet net = net(variant);
    Model copy = variant.graph() ? net.graph().clone() : net.multiLayer().clone();
    TestNet clone = net.withModel(copy);
    INDArray x = net.input(3, 7, 1);
    INDArray before = net.output(x).dup();
    ArrayAssertions.assertBitEqual(before, clone.output(x));
    clone.fit(new DataSet(x, clone.labels(3, 7, 2)));
    ArrayAssertions.assertBitEqual(before, net.output(x));
  }
}
