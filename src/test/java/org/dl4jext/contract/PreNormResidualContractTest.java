package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

/** Residual blocks keep the promises of the layers inside them. */
class PreNormResidualContractTest {

  /** What differs for a block: its size is that of the layer, and dropout spares the input. */
  abstract static class OfBlock extends SequenceLayerContract {
    @Override
    public int width() {
      return TestNet.INPUTS;
    }

    @Override
    public Layer stock() {
      return new LSTM.Builder().nOut(TestNet.INPUTS).build();
    }

    /** The layer's size is enough. */
    @Override
    public void anUnknownInputSizeIsRefusedAtInit() {}

    /** Tested with the layer: dropout acts on the branch. */
    @Override
    public void inputDropoutActsInTrainingAlone() {}

    @Test
    @Override
    public void equalLayersAreEqualAndDifferentOnesAreNot() {
      Layer one = builder().build();
      assertEquals(one, builder().build());
      assertEquals(one.hashCode(), builder().build().hashCode());
      assertEquals(one, one.clone());
      assertNotEquals(one, builder().name("other").build());
    }
  }

  /** Around one of our layers. */
  @Nested
  class AroundDeltaProduct extends OfBlock {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      DeltaSpec spec = DeltaSpec.gatedDeltaProduct(TestNet.INPUTS, 1, 2);
      return new PreNormResidual.Builder(
          new DeltaProduct.Builder().nOut(TestNet.INPUTS).spec(spec).build());
    }
  }

  /** Around a stock layer. */
  @Nested
  class AroundLstm extends OfBlock {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new PreNormResidual.Builder(
              new LSTM.Builder().nOut(TestNet.INPUTS).activation(Activation.TANH).build())
          .norm(LayerNormSpec.standard());
    }

    /**
     * The properties of the stock layer inside are DL4J's to check; it stands first in the text.
     */
    @Test
    @Override
    public void anUnknownPropertyOfTheLayerIsNamed() {
      MultiLayerConfiguration conf = net(Variant.PLAIN).multiLayer().getLayerWiseConfigurations();
      String changed = conf.toJson().replace("\"ownWeightInit\"", "\"ownWeightInitX\"");
      RefusalPromises.assertMessage(
          assertThrows(RuntimeException.class, () -> MultiLayerConfiguration.fromJson(changed)),
          "ownWeightInitX");
    }
  }
}
