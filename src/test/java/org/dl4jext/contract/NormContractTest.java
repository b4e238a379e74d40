package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.block.LayerNorm;
import org.dl4jext.recurrent.block.RmsNorm;
import org.junit.jupiter.api.Nested;

/** The norms keep the promises. */
class NormContractTest {

  /** RMS norm. */
  @Nested
  class Rms extends StatelessLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new RmsNorm.Builder();
    }
  }

  /** Layer norm. */
  @Nested
  class Layer extends StatelessLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new LayerNorm.Builder();
    }
  }
}
