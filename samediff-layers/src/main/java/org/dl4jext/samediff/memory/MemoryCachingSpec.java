package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * All options of a memory-caching layer: the base memory, how its states are cached, and what
 * stands around them. Valid by construction.
 *
 * @param memory what is written and read
 * @param caching how its states are cached
 * @param heads H
 * @param keySize K of a head
 * @param valueSize V of a head
 * @param deepSize hidden size of a deep memory; others ignore it
 * @param keyMixing what a key sees of the steps before
 * @param convolutionWidth taps for CONVOLUTION, at least 2; others ignore it
 * @param queryKeyNorm whether queries and keys are divided by their length
 * @param queryKeyNormEps epsilon inside the root of that length
 * @param scale factor on the queries; 0 stands for 1/sqrt(keySize)
 * @param routerSize R, elements of a router feature: 0 for the keys or the layer's inputs as they
 *     are; with HIDDEN, the size of a projection of the inputs for each head
 * @param routerScale factor on the router's scores
 * @param learnedRouterScale whether that is a parameter that starts there
 * @param outputNorm whether each head's read goes through an RMS norm with a gain
 * @param outputNormEps epsilon inside the root of that norm
 */
public record MemoryCachingSpec(
    BaseMemory memory,
    CachingSpec caching,
    int heads,
    int keySize,
    int valueSize,
    int deepSize,
    KeyMixing keyMixing,
    int convolutionWidth,
    boolean queryKeyNorm,
    double queryKeyNormEps,
    double scale,
    int routerSize,
    double routerScale,
    boolean learnedRouterScale,
    boolean outputNorm,
    double outputNormEps)
    implements Spec<MemoryCachingSpec> {

  private static final int MAX_SIZE = 1 << 16;

  public MemoryCachingSpec {
    SpecOption.requireGiven("MemoryCachingSpec", "memory", memory);
    SpecOption.requireGiven("MemoryCachingSpec", "caching", caching);
    SpecOption.requireGiven("MemoryCachingSpec", "keyMixing", keyMixing);
    SpecOption.requireIn("MemoryCachingSpec", "heads", heads, 1, MAX_SIZE);
    SpecOption.requireIn("MemoryCachingSpec", "keySize", keySize, 1, MAX_SIZE);
    SpecOption.requireIn("MemoryCachingSpec", "valueSize", valueSize, 1, MAX_SIZE);
    SpecOption.requireIn("MemoryCachingSpec", "deepSize", deepSize, 1, MAX_SIZE);
    SpecOption.requireIn("MemoryCachingSpec", "convolutionWidth", convolutionWidth, 2, 1024);
    SpecOption.requireIn("MemoryCachingSpec", "routerSize", routerSize, 0, MAX_SIZE);
    if (routerSize > 0 && caching.routerFeatures() == RouterFeatures.KEYS) {
      throw SpecOption.invalid(
          "MemoryCachingSpec",
          "routerSize",
          routerSize,
          "0 where routerFeatures is KEYS, which have a size");
    }
    SpecOption.requireEps("MemoryCachingSpec", "queryKeyNormEps", queryKeyNormEps);
    SpecOption.requireEps("MemoryCachingSpec", "outputNormEps", outputNormEps);
    if (!(scale >= 0) || Double.isInfinite(scale)) {
      throw SpecOption.invalid(
          "MemoryCachingSpec", "scale", scale, "0 (for 1/sqrt(keySize)) or a positive number");
    }
    if (!(routerScale > 0) || Double.isInfinite(routerScale)) {
      throw SpecOption.invalid(
          "MemoryCachingSpec", "routerScale", routerScale, "a positive number");
    }
    if (learnedRouterScale && !caching.hasRouter()) {
      throw SpecOption.invalid(
          "MemoryCachingSpec", "learnedRouterScale", true, "false where variant is RESIDUAL");
    }
  }

  /**
   * Normalised queries and keys, mixing by a convolution of four taps, an output norm, and for deep
   * memories a hidden layer of four times the key.
   *
   * @param width channels of all heads
   */
  public static MemoryCachingSpec of(BaseMemory memory, CachingSpec caching, int width, int heads) {
    SpecOption.requireIn("MemoryCachingSpec", "heads", heads, 1, MAX_SIZE);
    if (width <= 0 || width % heads != 0) {
      throw SpecOption.invalid(
          "MemoryCachingSpec", "width", width, "a positive multiple of heads (" + heads + ")");
    }
    int size = width / heads;
    return new MemoryCachingSpec(
        memory,
        caching,
        heads,
        size,
        size,
        4 * size,
        KeyMixing.CONVOLUTION,
        4,
        true,
        1e-6,
        0,
        0,
        1,
        false,
        true,
        1e-5);
  }

  /** The factor on the queries. */
  public double readScale() {
    return scale == 0 ? 1 / Math.sqrt(keySize) : scale;
  }

  /** Steps that a key sees, its own included. */
  public int mixedSteps() {
    return switch (keyMixing) {
      case NONE -> 1;
      case SHIFT -> 2;
      case CONVOLUTION -> convolutionWidth;
    };
  }

  public MemoryCachingSpec withMemory(BaseMemory memory) {
    return with("memory", memory);
  }

  public MemoryCachingSpec withCaching(CachingSpec caching) {
    return with("caching", caching);
  }

  public MemoryCachingSpec withHeads(int heads) {
    return with("heads", heads);
  }

  public MemoryCachingSpec withKeySize(int keySize) {
    return with("keySize", keySize);
  }

  public MemoryCachingSpec withValueSize(int valueSize) {
    return with("valueSize", valueSize);
  }

  public MemoryCachingSpec withDeepSize(int deepSize) {
    return with("deepSize", deepSize);
  }

  public MemoryCachingSpec withKeyMixing(KeyMixing keyMixing) {
    return with("keyMixing", keyMixing);
  }

  public MemoryCachingSpec withConvolutionWidth(int convolutionWidth) {
    return with("convolutionWidth", convolutionWidth);
  }

  public MemoryCachingSpec withQueryKeyNorm(boolean queryKeyNorm) {
    return with("queryKeyNorm", queryKeyNorm);
  }

  public MemoryCachingSpec withScale(double scale) {
    return with("scale", scale);
  }

  public MemoryCachingSpec withRouterSize(int routerSize) {
    return with("routerSize", routerSize);
  }

  public MemoryCachingSpec withRouterScale(double routerScale) {
    return with("routerScale", routerScale);
  }

  public MemoryCachingSpec withLearnedRouterScale(boolean learnedRouterScale) {
    return with("learnedRouterScale", learnedRouterScale);
  }

  public MemoryCachingSpec withOutputNorm(boolean outputNorm) {
    return with("outputNorm", outputNorm);
  }
}
