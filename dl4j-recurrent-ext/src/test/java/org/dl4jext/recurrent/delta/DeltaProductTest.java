package org.dl4jext.recurrent.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Builder and initialisation of the delta layer. */
class DeltaProductTest {

  private static final DeltaSpec FULL =
      DeltaSpec.gatedDeltaProduct(64, 4, 2).withConvolutionBias(true);

  private static MultiLayerNetwork net(DeltaProduct.Builder builder, WeightInit networkWide) {
    NeuralNetConfiguration.Builder options =
        new NeuralNetConfiguration.Builder().seed(3).dataType(DataType.DOUBLE);
    if (networkWide != null) {
      options.weightInit(networkWide);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            options
                .list()
                .layer(builder.build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(100))
                .build());
    net.init();
    return net;
  }

  private static void assertUniform(INDArray values, double bound) {
    assertTrue(values.maxNumber().doubleValue() <= bound, "above " + bound);
    assertTrue(values.minNumber().doubleValue() >= -bound, "below -" + bound);
    assertEquals(bound / Math.sqrt(3), values.stdNumber().doubleValue(), 0.1 * bound);
  }

  @Test
  void parametersStartAsInTheReferenceLayer() {
    MultiLayerNetwork net = net(new DeltaProduct.Builder().nOut(64).spec(FULL), null);
    assertUniform(net.getParam("0_W"), 0.1);
    assertUniform(net.getParam("0_Wo"), 0.125);
    assertUniform(net.getParam("0_Wc"), 0.5);
    assertUniform(net.getParam("0_bc"), 0.5);
    assertEquals(1, net.getParam("0_Wn").minNumber().doubleValue());
    assertEquals(1, net.getParam("0_Wn").maxNumber().doubleValue());
    INDArray a = net.getParam("0_A");
    assertTrue(a.maxNumber().doubleValue() <= Math.log(16));
    assertTrue(Double.isFinite(a.minNumber().doubleValue()));
    INDArray dt = net.getParam("0_dt");
    for (int i = 0; i < dt.length(); i++) {
      double rate = Math.log1p(Math.exp(dt.getDouble(i)));
      assertTrue(rate >= 1e-3 - 1e-9 && rate <= 0.1 + 1e-9, "rate " + rate);
    }
  }

  @Test
  void aNetworkWideWeightInitIsIgnored() {
    MultiLayerNetwork plain = net(new DeltaProduct.Builder().nOut(64).spec(FULL), null);
    MultiLayerNetwork zero = net(new DeltaProduct.Builder().nOut(64).spec(FULL), WeightInit.ZERO);
    assertEquals(plain.getParam("0_W"), zero.getParam("0_W"));
  }

  @Test
  void theLayersOwnWeightInitIsUsedForWeights() {
    MultiLayerNetwork net =
        net(new DeltaProduct.Builder().nOut(64).spec(FULL).weightInit(WeightInit.ONES), null);
    for (String weight : new String[] {"W", "Wc", "Wo"}) {
      assertEquals(1, net.getParam("0_" + weight).minNumber().doubleValue(), weight);
    }
    assertUniform(net.getParam("0_bc"), 0.5);
  }

  @Test
  void aWeightInitOfTransferLearningIsTheLayersOwn() {
    MultiLayerNetwork net = net(new DeltaProduct.Builder().nOut(64).spec(FULL), null);
    MultiLayerNetwork wider =
        new TransferLearning.Builder(net).nOutReplace(0, 16, WeightInit.ONES).build();
    assertEquals(16, wider.getParam("0_Wo").size(1));
    assertEquals(1, wider.getParam("0_Wo").minNumber().doubleValue());
  }

  @Test
  void theSeedDeterminesTheParameters() {
    assertEquals(
        net(new DeltaProduct.Builder().nOut(64).spec(FULL), null).params(),
        net(new DeltaProduct.Builder().nOut(64).spec(FULL), null).params());
  }

  @Test
  void theDefaultSpecFollowsFromTheWidth() {
    assertEquals(DeltaSpec.ofWidth(64, 2), new DeltaProduct.Builder().nOut(64).build().getSpec());
    assertEquals(DeltaSpec.ofWidth(10, 1), new DeltaProduct.Builder().nOut(10).build().getSpec());
    assertEquals(
        DeltaSpec.ofWidth(64, 8), new DeltaProduct.Builder().nOut(64).heads(8).build().getSpec());
  }

  @Test
  void settersChangeTheSpecInAnyOrder() {
    DeltaSpec expected =
        DeltaSpec.deltaNet(64, 4)
            .withHouseholders(3)
            .withEigenvalueRange(EigenvalueRange.SIGNED)
            .withForgetGate(true)
            .withOutputGate(true)
            .withConvolutionWidth(2);
    DeltaProduct before =
        new DeltaProduct.Builder()
            .householders(3)
            .eigenvalueRange(EigenvalueRange.SIGNED)
            .forgetGate(true)
            .outputGate(true)
            .convolutionWidth(2)
            .nOut(64)
            .spec(DeltaSpec.deltaNet(64, 4))
            .build();
    assertEquals(expected, before.getSpec());
  }

  @Test
  void aHeadCountThatDoesNotFitIsRefused() {
    DL4JInvalidConfigException refused =
        assertThrows(
            DL4JInvalidConfigException.class,
            () -> new DeltaProduct.Builder().name("first").nOut(64).heads(5).build());
    assertTrue(refused.getMessage().contains("DeltaProduct 'first'"), refused.getMessage());
    assertTrue(refused.getMessage().contains("heads (5)"), refused.getMessage());
    assertThrows(
        DL4JInvalidConfigException.class,
        () -> new DeltaProduct.Builder().nOut(64).heads(2).spec(FULL).build());
    assertThrows(
        DL4JInvalidConfigException.class,
        () -> new DeltaProduct.Builder().nOut(64).householders(0).build());
  }

  @Test
  void layersOfDifferentSpecsAreNotEqual() {
    DeltaProduct one = new DeltaProduct.Builder().nOut(64).householders(1).build();
    DeltaProduct two = new DeltaProduct.Builder().nOut(64).householders(2).build();
    assertFalse(one.equals(two));
    assertTrue(one.toString().contains("householders=1"), one.toString());
  }
}
