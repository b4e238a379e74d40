package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.junit.jupiter.api.Nested;

/** The delta family keeps the promises in each of its forms. */
class DeltaProductContractTest {

  /** The promises for one spec. */
  abstract static class OfSpec extends SequenceLayerContract {

    abstract DeltaSpec spec();

    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new DeltaProduct.Builder().nOut(WIDTH).spec(spec());
    }
  }

  /** One householder, no gate, no convolution, grouped values. */
  @Nested
  class OneHouseholderWithGroupedValues extends OfSpec {
    @Override
    DeltaSpec spec() {
      return DeltaSpec.deltaProduct(WIDTH, 2, 1).withValueHeads(4).withValueSize(3);
    }
  }

  /** One householder, gates and convolution. */
  @Nested
  class GatedDeltaNet extends OfSpec {
    @Override
    DeltaSpec spec() {
      return DeltaSpec.gatedDeltaNet(WIDTH, 2);
    }
  }

  /** Two householders, nothing else: the default. */
  @Nested
  class TwoHouseholders extends OfSpec {
    @Override
    DeltaSpec spec() {
      return DeltaSpec.ofWidth(WIDTH, 2);
    }
  }

  /** Two householders, gates, a convolution with bias, grouped values. */
  @Nested
  class TwoHouseholdersWithAllOptions extends OfSpec {
    @Override
    DeltaSpec spec() {
      return DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2)
          .withConvolutionBias(true)
          .withValueHeads(4)
          .withChunkTokens(3);
    }
  }

  /** Three householders, a forget gate and a convolution of two taps. */
  @Nested
  class ThreeHouseholders extends OfSpec {
    @Override
    DeltaSpec spec() {
      return DeltaSpec.deltaProduct(WIDTH, 2, 3).withForgetGate(true).withConvolutionWidth(2);
    }
  }
}
