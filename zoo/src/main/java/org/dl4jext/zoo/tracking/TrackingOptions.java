package org.dl4jext.zoo.tracking;

import org.dl4jext.samediff.delta.EigenvalueRange;

/**
 * One training run: a block of a recurrent layer and SwiGLU on fresh random examples.
 *
 * @param layer the recurrent layer
 * @param householders micro-steps a token of DELTA_PRODUCT
 * @param eigenvalueRange of DELTA_PRODUCT: SIGNED lets states be reflected, UNIT does not
 * @param heads of size {@code headSize} for DELTA_PRODUCT; otherwise they share the width
 * @param headSize rows and columns of a state of DELTA_PRODUCT
 * @param width of the residual stream
 * @param length longest training example
 * @param steps parameter updates; the learning rate falls over all of them
 * @param curriculum whether lengths grow from 4 as they are mastered; else all have full length
 * @param learningRate peak of the cosine
 * @param seed of parameters and examples
 */
public record TrackingOptions(
    TrackedLayer layer,
    int householders,
    EigenvalueRange eigenvalueRange,
    int heads,
    int headSize,
    int width,
    int length,
    int steps,
    boolean curriculum,
    double learningRate,
    long seed) {

  public TrackingOptions {
    require("householders", householders, 1, 64);
    require("heads", heads, 1, 1024);
    if (layer != TrackedLayer.DELTA_PRODUCT && width % heads != 0) {
      throw new IllegalArgumentException(
          "heads is " + heads + "; allowed: a divisor of the width (" + width + ")");
    }
    require("headSize", headSize, 1, 1024);
    require("width", width, 1, 4096);
    require("length", length, 4, 4096);
    require("steps", steps, 1, 10_000_000);
    if (!(learningRate > 0 && learningRate <= 1)) {
      throw new IllegalArgumentException(
          "learningRate is " + learningRate + "; allowed: above 0, at most 1");
    }
  }

  /** The sizes of the published small runs: width 64, heads of 16, length 32. */
  public static TrackingOptions of(int householders, EigenvalueRange range, int steps, long seed) {
    return new TrackingOptions(
        TrackedLayer.DELTA_PRODUCT, householders, range, 2, 16, 64, 32, steps, true, 4e-3, seed);
  }

  public TrackingOptions withSeed(long seed) {
    return new TrackingOptions(
        layer,
        householders,
        eigenvalueRange,
        heads,
        headSize,
        width,
        length,
        steps,
        curriculum,
        learningRate,
        seed);
  }

  public TrackingOptions withHeads(int heads) {
    return new TrackingOptions(
        layer,
        householders,
        eigenvalueRange,
        heads,
        headSize,
        width,
        length,
        steps,
        curriculum,
        learningRate,
        seed);
  }

  /** The layer in a few letters: of DeltaProduct householders and range. */
  public String name() {
    if (layer != TrackedLayer.DELTA_PRODUCT) {
      return layer + " of " + heads + (heads == 1 ? " head" : " heads");
    }
    return "n=" + householders + " " + eigenvalueRange;
  }

  private static void require(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + low + " to " + high);
    }
  }
}
