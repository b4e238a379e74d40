package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Adam;

/** Configurations are values. */
interface ConfigurationPromises extends LayerUnderTest {

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void jsonAndYamlRoundTripsAreEqual(Variant variant) {
    TestNet net = net(variant);
    if (variant.graph()) {
      ComputationGraphConfiguration conf = net.graph().getConfiguration();
      assertEquals(conf, ComputationGraphConfiguration.fromJson(conf.toJson()));
      assertEquals(conf, ComputationGraphConfiguration.fromYaml(conf.toYaml()));
      assertEquals(conf.toJson(), ComputationGraphConfiguration.fromYaml(conf.toYaml()).toJson());
    } else {
      MultiLayerConfiguration conf = net.multiLayer().getLayerWiseConfigurations();
      assertEquals(conf, MultiLayerConfiguration.fromJson(conf.toJson()));
      assertEquals(conf, MultiLayerConfiguration.fromYaml(conf.toYaml()));
      assertEquals(conf.toJson(), MultiLayerConfiguration.fromYaml(conf.toYaml()).toJson());
    }
  }

  @Test
  default void equalLayersAreEqualAndDifferentOnesAreNot() {
    Layer one = builder().nIn(3).build();
    Layer same = builder().nIn(3).build();
    Layer wider = builder().nIn(4).build();
    Layer named = builder().nIn(3).name("other").build();
    assertEquals(one, same);
    assertEquals(one.hashCode(), same.hashCode());
    assertEquals(one, one.clone());
    assertNotEquals(one, wider);
    assertNotEquals(one, named);
  }

  @Test
  default void theMemoryReportGrowsWithLengthInTraining() {
    Layer layer = builder().nIn(TestNet.INPUTS).updater(new Adam(0.01)).build();
    LayerMemoryReport brief = layer.getMemoryReport(InputType.recurrent(TestNet.INPUTS, 10));
    LayerMemoryReport lengthy = layer.getMemoryReport(InputType.recurrent(TestNet.INPUTS, 100));
    assertEquals(layer.initializer().numParams(layer), brief.getParameterSize(), "parameters");
    assertTrue(bytes(lengthy) > bytes(brief), "training memory does not grow with the length");
  }

  private static long bytes(LayerMemoryReport report) {
    return report.getMemoryBytes(
        MemoryType.WORKING_MEMORY_VARIABLE,
        8,
        org.deeplearning4j.nn.conf.memory.MemoryUseMode.TRAINING,
        org.deeplearning4j.nn.conf.CacheMode.NONE,
        org.nd4j.linalg.api.buffer.DataType.FLOAT);
  }
}
