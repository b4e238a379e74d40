package org.dl4jext.samediff.op;

import static org.dl4jext.samediff.op.StoredGraph.BATCH;
import static org.dl4jext.samediff.op.StoredGraph.INPUTS;
import static org.dl4jext.samediff.op.StoredGraph.OUTPUTS;
import static org.dl4jext.samediff.op.StoredGraph.STEPS;
import static org.dl4jext.samediff.op.StoredGraph.graph;
import static org.dl4jext.samediff.op.StoredGraph.parameters;
import static org.dl4jext.samediff.op.StoredGraph.random;
import static org.dl4jext.samediff.op.StoredGraph.x;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachePolicy;
import org.dl4jext.samediff.memory.CachedRecurrence;
import org.dl4jext.samediff.memory.CachedRecurrenceSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.GateHeads;
import org.dl4jext.samediff.memory.KeyMixing;
import org.dl4jext.samediff.memory.MemoryCachingLayer;
import org.dl4jext.samediff.memory.MemoryCachingLayout;
import org.dl4jext.samediff.memory.MemoryCachingSpec;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.RouterPooling;
import org.dl4jext.samediff.memory.SegmentStart;
import org.dl4jext.samediff.memory.Segmentation;
import org.nd4j.autodiff.samediff.SDVariable;

/** Graphs of memory caching. */
final class StoredMemoryGraphs {

  private StoredMemoryGraphs() {}

  static Stream<StoredGraph> graphs() {
    return Stream.of(
        cachingLayer(
            "linear memories, pooled inputs",
            MemoryCachingSpec.of(
                    BaseMemory.LINEAR,
                    CachingSpec.ofSegments(2)
                        .withRouterFeatures(RouterFeatures.HIDDEN)
                        .withRouterPooling(RouterPooling.SUM)
                        .withMaxCachedSegments(1)
                        .withCachePolicy(CachePolicy.MERGE),
                    OUTPUTS,
                    2)
                .withKeyMixing(KeyMixing.SHIFT)
                .withRouterScale(2)
                .withLearnedRouterScale(true)),
        cachingLayer(
            "sparse delta memories, logarithmic segments",
            MemoryCachingSpec.of(
                    BaseMemory.DELTA,
                    CachingSpec.ofSegments(1)
                        .withSegmentation(Segmentation.LOGARITHMIC)
                        .withVariant(CachingVariant.SPARSE)
                        .withRouterFeatures(RouterFeatures.HIDDEN)
                        .withGateHeads(GateHeads.SHARED)
                        .withTopK(1),
                    OUTPUTS,
                    1)
                .withRouterSize(3)
                .withRouterScale(3)
                .withKeyMixing(KeyMixing.NONE)
                .withQueryKeyNorm(false)
                .withOutputNorm(false)
                .withScale(0.3)),
        cachingLayer(
            "soup of deep memories",
            MemoryCachingSpec.of(
                    BaseMemory.TITANS,
                    CachingSpec.ofSegments(2)
                        .withVariant(CachingVariant.SOUP)
                        .withSegmentStart(SegmentStart.CHECKPOINT),
                    OUTPUTS,
                    2)
                .withKeySize(3)
                .withConvolutionWidth(2)
                .withDeepSize(5)
                .with("queryKeyNormEps", 0.1)
                .with("outputNormEps", 0.2)),
        graph(
            "cached recurrence of given segments",
            sd -> {
              CachedRecurrence.Result result =
                  CachedRecurrence.apply(
                      sd,
                      random(sd, "q", BATCH, STEPS, 1, 3),
                      random(sd, "k", BATCH, STEPS, 1, 3),
                      random(sd, "v", BATCH, STEPS, 1, 2),
                      random(sd, "u", BATCH, STEPS, 1, 3),
                      null,
                      List.of(random(sd, "beta", BATCH, STEPS, 1)),
                      List.of(),
                      null,
                      new CachedRecurrenceSpec(
                          BaseMemory.DELTA, CachingSpec.ofSegments(1), 0.7, 1.5, List.of(1, 3, 1)));
              return List.of(result.outputs(), result.gates());
            }));
  }

  private static StoredGraph cachingLayer(String name, MemoryCachingSpec spec) {
    MemoryCachingLayout layout = new MemoryCachingLayout(spec, INPUTS, OUTPUTS);
    return graph(
        name,
        sd -> {
          MemoryCachingLayer.Result result =
              MemoryCachingLayer.apply(
                  sd, x(sd), null, parameters(sd, layout.parameters()), null, layout);
          List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
          all.addAll(result.states());
          return all;
        });
  }
}
