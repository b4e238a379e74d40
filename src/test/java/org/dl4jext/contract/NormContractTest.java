package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.block.LayerNorm;
import org.dl4jext.recurrent.block.RmsNorm;
import org.junit.jupiter.api.Nested;

/** The norms keep the promises. */
class NormContractTest {

  /** What a norm need not promise: it keeps the size and has no weights, so no weight noise. */
  abstract static class OfNorm extends StatelessLayerContract {
    @Override
    public int width() {
      return TestNet.INPUTS;
    }

    @Override
    public void additiveWeightNoiseActsInBothPassesAndOnWeightsAlone() {}

    @Override
    public void weightNoiseIsDrawnAnewAtEachIteration() {}
  }

  /** RMS norm. */
  @Nested
  class Rms extends OfNorm {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new RmsNorm.Builder();
    }
  }

  /** Layer norm. */
  @Nested
  class Layer extends OfNorm {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new LayerNorm.Builder();
    }
  }
}
