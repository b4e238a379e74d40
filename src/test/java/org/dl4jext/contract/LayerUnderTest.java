package org.dl4jext.contract;

import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the promises need to know of a layer. */
interface LayerUnderTest {

  /** Output channels of the layer. */
  int WIDTH = 8;

  /** Outputs of the layer on {@link TestNet#INPUTS} inputs: as many, where it keeps the size. */
  default int width() {
    return WIDTH;
  }

  /** A fresh builder of the layer with {@link #width} outputs. */
  BaseRecurrentLayer.Builder<?> builder();

  /** A fresh configuration. */
  default Layer layer() {
    return builder().build();
  }

  /** A network of such layers. */
  default TestNet net(Variant variant) {
    return TestNet.of(variant, this::layer);
  }

  /** A network with options of the network. */
  default TestNet net(Variant variant, Consumer<NeuralNetConfiguration.Builder> options) {
    return TestNet.of(variant, this::layer, options);
  }

  /** A mask [3,7] with holes at the start, inside and at the end; one row has all steps. */
  static INDArray mask() {
    return Nd4j.createFromArray(
        new double[][] {{1, 1, 0, 1, 1, 0, 0}, {0, 0, 1, 1, 0, 1, 1}, {1, 1, 1, 1, 1, 1, 1}});
  }

  static List<Variant> all() {
    return Variant.all();
  }

  static List<Variant> inDouble() {
    return Variant.inDouble();
  }

  /** GradientCheckUtil insists on the default data type. */
  static void withDoubleDefault(Runnable test) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      test.run();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }
}
