package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.memory.MemoryCaching;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachePolicy;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.GateHeads;
import org.dl4jext.samediff.memory.KeyMixing;
import org.dl4jext.samediff.memory.MemoryCachingSpec;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.SegmentStart;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Memory caching keeps the promises, with borders of segments inside the sequences: every base
 * memory and every variant; the other options alternate.
 */
class MemoryCachingContractTest {

  /**
   * The promises for one spec. Segments are counted by absolute position, masked steps included.
   */
  abstract static class OfSpec extends SequenceLayerContract {

    abstract MemoryCachingSpec spec();

    static MemoryCachingSpec spec(BaseMemory memory, CachingSpec caching) {
      return MemoryCachingSpec.of(memory, caching, WIDTH, 2)
          .withConvolutionWidth(2)
          .withDeepSize(3);
    }

    static CachingSpec caching(CachingVariant variant, SegmentStart start) {
      return CachingSpec.ofSegments(2).withVariant(variant).withSegmentStart(start).withTopK(1);
    }

    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new MemoryCaching.Builder().nOut(WIDTH).spec(spec());
    }

    /** One segment that never ends. */
    @Override
    public TestNet netThatSkips(DataType type) {
      CachingSpec caching = spec().caching().withSegmentLength(100);
      return TestNet.of(
          Variant.PLAIN.with(type),
          () -> new MemoryCaching.Builder().nOut(WIDTH).spec(spec().withCaching(caching)).build());
    }

    @Override
    public boolean countsSteps(String state) {
      return state.equals("position");
    }
  }

  /** Inputs are pooled, the router's factor is learned. */
  @Nested
  class GatedLinear extends OfSpec {
    @Override
    MemoryCachingSpec spec() {
      CachingSpec caching =
          caching(CachingVariant.GATED, SegmentStart.INDEPENDENT)
              .withRouterFeatures(RouterFeatures.HIDDEN);
      return spec(BaseMemory.LINEAR, caching).withRouterScale(5).withLearnedRouterScale(true);
    }
  }

  /** Projected inputs are pooled, heads share gates. */
  @Nested
  class SparseDelta extends OfSpec {
    @Override
    MemoryCachingSpec spec() {
      CachingSpec caching =
          caching(CachingVariant.SPARSE, SegmentStart.INDEPENDENT)
              .withRouterFeatures(RouterFeatures.HIDDEN)
              .withGateHeads(GateHeads.SHARED);
      return spec(BaseMemory.DELTA, caching).withRouterSize(3).withKeyMixing(KeyMixing.NONE);
    }
  }

  /** No router. */
  @Nested
  class ResidualGatedDelta extends OfSpec {
    @Override
    MemoryCachingSpec spec() {
      return spec(
          BaseMemory.GATED_DELTA, caching(CachingVariant.RESIDUAL, SegmentStart.CHECKPOINT));
    }
  }

  /** The oldest of two cached memories is merged with the next one. */
  @Nested
  @Tag("slow")
  class SoupOfSlidingWindows extends OfSpec {
    @Override
    MemoryCachingSpec spec() {
      CachingSpec caching =
          caching(CachingVariant.SOUP, SegmentStart.INDEPENDENT)
              .withMaxCachedSegments(2)
              .withCachePolicy(CachePolicy.MERGE);
      return spec(BaseMemory.SWLA, caching);
    }
  }

  /** Networks are mixed. */
  @Nested
  @Tag("slow")
  class SoupOfDeepMemories extends OfSpec {
    @Override
    MemoryCachingSpec spec() {
      return spec(BaseMemory.DLA, caching(CachingVariant.SOUP, SegmentStart.INDEPENDENT));
    }
  }

  /** Momentum runs on over the borders of segments; the oldest memory is dropped. */
  @Nested
  @Tag("slow")
  class GatedTitans extends OfSpec {
    @Override
    MemoryCachingSpec spec() {
      CachingSpec caching =
          caching(CachingVariant.GATED, SegmentStart.CHECKPOINT)
              .withMaxCachedSegments(2)
              .withCachePolicy(CachePolicy.DROP_OLDEST);
      return spec(BaseMemory.TITANS, caching).withOutputNorm(false);
    }
  }
}
