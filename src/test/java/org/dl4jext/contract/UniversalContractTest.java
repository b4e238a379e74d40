package org.dl4jext.contract;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.universal.ActType;
import org.dl4jext.samediff.universal.CacheLimit;
import org.dl4jext.samediff.universal.HaltedState;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.NormPlacement;
import org.dl4jext.samediff.universal.TimingSignal;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The Universal Transformer keeps the promises: causal all of them, the encoder but stepping. */
class UniversalContractTest {

  private static UniversalTransformer.Builder builder(Map<String, ?> options) {
    UniversalSpec spec =
        UniversalSpec.ofHeads(2)
            .with(Map.of("innerSize", 6, "maxSteps", 3, "haltingBias", 0.0, "maxLength", 64));
    return new UniversalTransformer.Builder().nOut(LayerUnderTest.WIDTH).spec(spec.with(options));
  }

  /** Pre-norm, learned steps, halting by position with a weighted sum: the default. */
  @Nested
  class Encoder extends NonCausalLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return UniversalContractTest.builder(Map.of());
    }
  }

  /** As in the paper, but halting for all positions of an example together. */
  @Nested
  @Tag("slow")
  class GlobalPostNormEncoder extends NonCausalLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return UniversalContractTest.builder(
          Map.of(
              "halting", HaltingScope.GLOBAL,
              "norm", NormPlacement.POST,
              "stepTiming", TimingSignal.SINUSOID));
    }
  }

  /** Causal, with caches that slide over a long stream. */
  @Nested
  class Causal extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return UniversalContractTest.builder(
          Map.of("causal", true, "cacheLimit", CacheLimit.SLIDE, "maxLength", 5));
    }
  }

  /** Causal, with the switches of the published code and carried states. */
  @Nested
  @Tag("slow")
  class CausalInterpolation extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return UniversalContractTest.builder(
          Map.of(
              "causal", true,
              "actType", ActType.BASIC,
              "forceRemainder", false,
              "haltedState", HaltedState.COPY,
              "positionTiming", TimingSignal.LEARNED));
    }
  }
}
