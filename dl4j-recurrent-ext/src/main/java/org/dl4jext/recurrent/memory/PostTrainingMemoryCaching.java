package org.dl4jext.recurrent.memory;

import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.LayerConversion;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.memory.CachedDeltaSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.SegmentStart;

/**
 * Turns every trained {@link DeltaProduct} of a network into a {@link CachedDeltaProduct} with the
 * same parameters, for inference without retraining.
 *
 * <p>Within the first segment the converted network gives what the trained one gives. Segments
 * should not be longer than the sequences of the training.
 *
 * <p>Source: Behrouz et al. 2026, Memory Caching, section 4.3: the plain average of the cached
 * memories. Scores by the layer's own queries and keys are an addition.
 */
public final class PostTrainingMemoryCaching {

  private final LayerConversion<DeltaProduct> conversion;

  /**
   * @param caching how states are cached: CONSTANT segments, KEYS
   * @param routerScale factor on the scores of GATED, SPARSE and SOUP; 0 for equal weights
   */
  public PostTrainingMemoryCaching(CachingSpec caching, double routerScale) {
    conversion =
        new LayerConversion<>(DeltaProduct.class, layer -> cached(layer, caching, routerScale));
  }

  /** The plain average of the online memory and the cached ones, going on over the borders. */
  public static PostTrainingMemoryCaching average(int segmentLength) {
    return new PostTrainingMemoryCaching(
        CachingSpec.ofSegments(segmentLength).withSegmentStart(SegmentStart.CHECKPOINT), 0);
  }

  private static Layer cached(DeltaProduct trained, CachingSpec caching, double routerScale) {
    CachedDeltaProduct layer =
        new CachedDeltaProduct.Builder()
            .name(trained.getLayerName())
            .nIn(trained.getNIn())
            .nOut(trained.getNOut())
            .dataFormat(trained.getRnnDataFormat())
            .spec(new CachedDeltaSpec(trained.getSpec(), caching, routerScale))
            .build();
    LayerConversion.copySettings(trained, layer);
    return layer;
  }

  /**
   * Converts a network.
   *
   * @param network trained; not changed
   * @return a new network for inference; listeners are not taken over
   * @throws IllegalArgumentException if it has no DeltaProduct
   */
  public MultiLayerNetwork convert(MultiLayerNetwork network) {
    requireLayers(conversion.count(network));
    return conversion.convert(network);
  }

  /** Converts a network; see {@link #convert(MultiLayerNetwork)}. */
  public ComputationGraph convert(ComputationGraph network) {
    requireLayers(conversion.count(network));
    return conversion.convert(network);
  }

  private static void requireLayers(int count) {
    if (count == 0) {
      throw new IllegalArgumentException("the network has no DeltaProduct; allowed: one and more");
    }
  }
}
