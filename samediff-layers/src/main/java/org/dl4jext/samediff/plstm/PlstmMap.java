package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.dl4jext.samediff.TensorShape;

/**
 * An affine map whose input is cut into slices, of which each output sees one.
 *
 * <p>Weights are [A,s,R,D/s] for gates and [A,R,s,D/s] for projections, where s counts the slices;
 * outputs are [A,s,R] in both.
 */
final class PlstmMap {

  private final String name;
  private final long[] biasShape;
  private final long[] weightShape;
  private final int inputSize;
  private final int blocks;
  private final int slices;
  private final int rest;
  private final boolean sliceFirst;
  private final double factor;

  private PlstmMap(
      String name,
      long[] biasShape,
      long[] weightShape,
      int inputSize,
      int blocks,
      int slices,
      boolean sliceFirst,
      double factor) {
    this.name = name;
    this.biasShape = biasShape;
    this.weightShape = weightShape;
    this.inputSize = inputSize;
    this.blocks = blocks;
    this.slices = slices;
    this.sliceFirst = sliceFirst;
    this.factor = factor;
    this.rest = Math.toIntExact(length(biasShape)) / (blocks * slices);
  }

  private static long length(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Gates [groups, axes..]; without weights they are the same at every position. */
  static PlstmMap gate(
      String name, int inputSize, int groups, int slices, boolean weighted, long... axes) {
    long[] bias = LongStream.concat(LongStream.of(groups), LongStream.of(axes)).toArray();
    int blocks = groups / slices;
    long[] weight =
        LongStream.concat(
                LongStream.concat(LongStream.of(blocks, slices), LongStream.of(axes)),
                LongStream.of(inputSize / slices))
            .toArray();
    return new PlstmMap(name, bias, weighted ? weight : null, inputSize, blocks, slices, true, 1);
  }

  /** Queries, keys or values [heads,size,count]. */
  static PlstmMap projection(
      String name, int inputSize, int heads, int slices, long size, long count) {
    int blocks = Math.max(1, heads / slices);
    long rows = size / Math.max(1, slices / heads);
    return new PlstmMap(
        name,
        new long[] {heads, size, count},
        new long[] {blocks, rows, count, slices, inputSize / slices},
        inputSize,
        blocks,
        slices,
        false,
        1);
  }

  /** The logits of the orientations [4,heads], which see all channels. */
  static PlstmMap orientation(int inputSize, int heads, boolean weighted, double scale) {
    long[] bias = {PlstmGridSpec.ORIENTATIONS, heads};
    long[] weight = {PlstmGridSpec.ORIENTATIONS, heads, inputSize};
    return new PlstmMap(
        "orientation", bias, weighted ? weight : null, inputSize, 1, 1, true, scale / inputSize);
  }

  String name() {
    return name;
  }

  boolean weighted() {
    return weightShape != null;
  }

  int outputs() {
    return blocks * slices * rest;
  }

  int blocks() {
    return blocks;
  }

  int slices() {
    return slices;
  }

  /** R, outputs of a block and slice. */
  int rest() {
    return rest;
  }

  /** Whether weights are [A,s,R,D/s] and not [A,R,s,D/s]. */
  boolean sliceFirst() {
    return sliceFirst;
  }

  int sliceSize() {
    return inputSize / slices;
  }

  /** Factor on the weights. */
  double factor() {
    return factor;
  }

  /** Slice that an output sees. */
  int slice(int output) {
    return output / rest % slices;
  }

  /** Row of an output in the weights as a matrix [outputs, D/s]. */
  int row(int output) {
    if (sliceFirst) {
      return output;
    }
    int r = output % rest;
    int block = output / (rest * slices);
    return (block * rest + r) * slices + slice(output);
  }

  /** Weight, if there is one, and bias. */
  List<TensorShape> parameters() {
    TensorShape bias = TensorShape.bias(name + "B", biasShape);
    return weighted() ? List.of(TensorShape.weight(name + "W", weightShape), bias) : List.of(bias);
  }
}
