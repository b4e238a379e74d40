package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.activations.Activation;

/** Residual blocks keep the promises of the layers inside them. */
class PreNormResidualContractTest {

  /** Around one of our layers. */
  @Nested
  class AroundDeltaProduct extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      DeltaSpec spec = DeltaSpec.gatedDeltaProduct(TestNet.INPUTS, 1, 2);
      return new PreNormResidual.Builder(
          new DeltaProduct.Builder().nOut(TestNet.INPUTS).spec(spec).build());
    }
  }

  /** Around a stock layer. */
  @Nested
  class AroundLstm extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new PreNormResidual.Builder(
              new LSTM.Builder().nOut(TestNet.INPUTS).activation(Activation.TANH).build())
          .norm(LayerNormSpec.standard());
    }
  }
}
