package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.Spec;

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
    requireGiven("variant", variant);
    requireGiven("segmentation", segmentation);
    requireGiven("segmentStart", segmentStart);
    requireGiven("routerFeatures", routerFeatures);
    requireGiven("routerPooling", routerPooling);
    requireGiven("gateHeads", gateHeads);
    requireGiven("cachePolicy", cachePolicy);
    if (segmentLength < 1) {
      throw invalid("segmentLength", segmentLength, "1 and more");
    }
    if (topK < 1) {
      throw invalid("topK", topK, "1 and more");
    }
    if (maxCachedSegments < 0) {
      throw invalid("maxCachedSegments", maxCachedSegments, "0 (no limit) and more");
    }
    if (segmentation == Segmentation.LOGARITHMIC && segmentStart == SegmentStart.CHECKPOINT) {
      throw invalid(
          "segmentStart",
          segmentStart,
          "INDEPENDENT where segmentation is LOGARITHMIC, whose borders move with the length");
    }
    if (segmentation == Segmentation.LOGARITHMIC && maxCachedSegments > 0) {
      throw invalid(
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

  private static void requireGiven(String component, Enum<?> value) {
    if (value == null) {
      throw invalid(component, null, "one of its constants");
    }
  }

  private static IllegalArgumentException invalid(String component, Object value, String allowed) {
    return new IllegalArgumentException(
        "CachingSpec: " + component + " is " + value + "; allowed: " + allowed);
  }
}
