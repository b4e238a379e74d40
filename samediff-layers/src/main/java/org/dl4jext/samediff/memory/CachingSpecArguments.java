package org.dl4jext.samediff.memory;

import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** A caching spec in the arguments of an op, before all others. */
final class CachingSpecArguments {

  /** Index of the first integer argument after those of the spec. */
  static final int NEXT = 3;

  /** Index of the first text argument after those of the spec. */
  static final int NEXT_TEXT = 7;

  private CachingSpecArguments() {}

  static void add(DynamicCustomOp op, CachingSpec spec) {
    op.addIArgument(spec.segmentLength(), spec.topK(), spec.maxCachedSegments());
    op.addSArgument(
        spec.variant().name(),
        spec.segmentation().name(),
        spec.segmentStart().name(),
        spec.routerFeatures().name(),
        spec.routerPooling().name(),
        spec.gateHeads().name(),
        spec.cachePolicy().name());
  }

  static CachingSpec read(DynamicCustomOp op) {
    return new CachingSpec(
        CachingVariant.valueOf(op.getSArgument(0)),
        Segmentation.valueOf(op.getSArgument(1)),
        op.getIArgument(0).intValue(),
        SegmentStart.valueOf(op.getSArgument(2)),
        RouterFeatures.valueOf(op.getSArgument(3)),
        RouterPooling.valueOf(op.getSArgument(4)),
        GateHeads.valueOf(op.getSArgument(5)),
        op.getIArgument(1).intValue(),
        op.getIArgument(2).intValue(),
        CachePolicy.valueOf(op.getSArgument(6)));
  }
}
