package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * How the states of a recurrent memory are cached at the ends of segments and read again.
 *
 * @param variant how cached memories and the online one are combined
 * @param segmentation how a sequence is cut
 * @param segmentLength steps of a segment for CONSTANT; LOGARITHMIC ignores it
 * @param segmentStart the memory at the start of a segment
 * @param routerFeatures what the router pools; RESIDUAL has no router
 * @param routerPooling how it pools
 * @param gateHeads whether heads have gates of their own
 * @param topK cached memories that SPARSE reads beside the online one
 * @param maxCachedSegments most memories in the cache; 0 for no limit
 * @param cachePolicy what happens when the cache is full
 */
public record CachingSpec(
    CachingVariant variant,
    Segmentation segmentation,
    int segmentLength,
    SegmentStart segmentStart,
    RouterFeatures routerFeatures,
    RouterPooling routerPooling,
    GateHeads gateHeads,
    int topK,
    int maxCachedSegments,
    CachePolicy cachePolicy)
    implements Spec<CachingSpec> {

  public CachingSpec {
    SpecOption.requireGiven("CachingSpec", "variant", variant);
    SpecOption.requireGiven("CachingSpec", "segmentation", segmentation);
    SpecOption.requireGiven("CachingSpec", "segmentStart", segmentStart);
    SpecOption.requireGiven("CachingSpec", "routerFeatures", routerFeatures);
    SpecOption.requireGiven("CachingSpec", "routerPooling", routerPooling);
    SpecOption.requireGiven("CachingSpec", "gateHeads", gateHeads);
    SpecOption.requireGiven("CachingSpec", "cachePolicy", cachePolicy);
    if (segmentLength < 1) {
      throw SpecOption.invalid("CachingSpec", "segmentLength", segmentLength, "1 and more");
    }
    if (topK < 1) {
      throw SpecOption.invalid("CachingSpec", "topK", topK, "1 and more");
    }
    if (maxCachedSegments < 0) {
      throw SpecOption.invalid(
          "CachingSpec", "maxCachedSegments", maxCachedSegments, "0 (no limit) and more");
    }
    if (segmentation == Segmentation.LOGARITHMIC && segmentStart == SegmentStart.CHECKPOINT) {
      throw SpecOption.invalid(
          "CachingSpec",
          "segmentStart",
          segmentStart,
          "INDEPENDENT where segmentation is LOGARITHMIC, whose borders move with the length");
    }
    if (segmentation == Segmentation.LOGARITHMIC && maxCachedSegments > 0) {
      throw SpecOption.invalid(
          "CachingSpec",
          "maxCachedSegments",
          maxCachedSegments,
          "0 where segmentation is LOGARITHMIC, which has few segments and cannot step");
    }
  }

  /** Gated reads of independent segments, routed by their mean keys. */
  public static CachingSpec ofSegments(int segmentLength) {
    return new CachingSpec(
        CachingVariant.GATED,
        Segmentation.CONSTANT,
        segmentLength,
        SegmentStart.INDEPENDENT,
        RouterFeatures.KEYS,
        RouterPooling.MEAN,
        GateHeads.PER_HEAD,
        4,
        0,
        CachePolicy.FAIL);
  }

  /** Whether gates come from a router. */
  public boolean hasRouter() {
    return variant != CachingVariant.RESIDUAL;
  }

  public CachingSpec withVariant(CachingVariant variant) {
    return with("variant", variant);
  }

  public CachingSpec withSegmentation(Segmentation segmentation) {
    return with("segmentation", segmentation);
  }

  public CachingSpec withSegmentLength(int segmentLength) {
    return with("segmentLength", segmentLength);
  }

  public CachingSpec withSegmentStart(SegmentStart segmentStart) {
    return with("segmentStart", segmentStart);
  }

  public CachingSpec withRouterFeatures(RouterFeatures routerFeatures) {
    return with("routerFeatures", routerFeatures);
  }

  public CachingSpec withRouterPooling(RouterPooling routerPooling) {
    return with("routerPooling", routerPooling);
  }

  public CachingSpec withGateHeads(GateHeads gateHeads) {
    return with("gateHeads", gateHeads);
  }

  public CachingSpec withTopK(int topK) {
    return with("topK", topK);
  }

  public CachingSpec withMaxCachedSegments(int maxCachedSegments) {
    return with("maxCachedSegments", maxCachedSegments);
  }

  public CachingSpec withCachePolicy(CachePolicy cachePolicy) {
    return with("cachePolicy", cachePolicy);
  }
}
