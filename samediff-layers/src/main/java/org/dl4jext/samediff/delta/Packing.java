package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which steps of a batch exist, and how to move them: from all N*T rows to the R rows that exist
 * ("packed"), and from these to a batch [N,Tm] that is filled up on the right with zero rows
 * ("padded"). What a masked row holds is copied at most, never computed with. Without a mask all
 * three are the same and nothing moves.
 */
final class Packing {

  final int batch;

  /** T, steps of the layer's input. */
  final int tokens;

  /** Tm, steps of the padded batch: the longest example. */
  final int paddedTokens;

  /** R, number of steps that exist. */
  final int rows;

  /** Steps of each example that exist. */
  final int[] lengths;

  private final boolean identity;
  private INDArray packedFromAll;
  private INDArray allFromPacked;
  private INDArray paddedFromPacked;
  private INDArray packedFromPadded;

  /**
   * Reads a mask.
   *
   * @param mask [N,T], 0 where a step does not exist; null for none
   */
  Packing(int batch, int tokens, INDArray mask) {
    this.batch = batch;
    this.tokens = tokens;
    lengths = new int[batch];
    double[] valid = mask == null ? null : mask.dup('c').data().asDouble();
    int count = 0;
    for (int i = 0; i < batch * tokens; i++) {
      if (valid == null || valid[i] != 0) {
        lengths[i / tokens]++;
        count++;
      }
    }
    rows = count;
    identity = count == batch * tokens;
    paddedTokens = identity ? tokens : Math.max(1, Arrays.stream(lengths).max().orElse(1));
    if (!identity && count > 0) {
      index(valid);
    }
  }

  private void index(double[] valid) {
    int[] ofPacked = new int[rows];
    int[] ofAll = new int[batch * tokens];
    int[] ofPadded = new int[batch * paddedTokens];
    int[] inPadded = new int[rows];
    Arrays.fill(ofAll, rows);
    Arrays.fill(ofPadded, rows);
    int row = 0;
    for (int b = 0; b < batch; b++) {
      int place = b * paddedTokens;
      for (int i = b * tokens; i < (b + 1) * tokens; i++) {
        if (valid[i] != 0) {
          ofPacked[row] = i;
          ofAll[i] = row;
          ofPadded[place] = row;
          inPadded[row++] = place++;
        }
      }
    }
    packedFromAll = detached(ofPacked);
    allFromPacked = detached(ofAll);
    paddedFromPacked = detached(ofPadded);
    packedFromPadded = detached(inPadded);
  }

  private static INDArray detached(int[] index) {
    return Nd4j.createUninitializedDetached(DataType.INT32, index.length)
        .assign(Nd4j.createFromArray(index));
  }

  /** Rows [N*T,w] to [R,w]. */
  INDArray pack(Arena arena, INDArray all) {
    return identity ? all : gather(arena, all, packedFromAll);
  }

  /** Rows [R,w] to [N*T,w], zero where masked. */
  INDArray unpack(Arena arena, INDArray packed) {
    return identity ? packed : gather(arena, withZeroRow(arena, packed), allFromPacked);
  }

  /** Rows [R,w] to [N*Tm,w], zero beyond the end of an example. */
  INDArray pad(Arena arena, INDArray packed) {
    return identity ? packed : gather(arena, withZeroRow(arena, packed), paddedFromPacked);
  }

  /** Rows [N*Tm,w] to [R,w]. */
  INDArray unpad(Arena arena, INDArray padded) {
    return identity ? padded : gather(arena, padded, packedFromPadded);
  }

  /**
   * The last rows of each example with the rows before it.
   *
   * @param history [N,W-1+Tm,C]
   * @return [N*(W-1),C]
   */
  INDArray ends(Arena arena, INDArray history) {
    int width = Math.toIntExact(history.size(1)) - paddedTokens;
    int[] index = new int[batch * width];
    for (int i = 0; i < index.length; i++) {
      int b = i / width;
      index[i] = Math.toIntExact(b * history.size(1)) + lengths[b] + i % width;
    }
    return gather(arena, rows(history), Nd4j.createFromArray(index));
  }

  /** Adds rows [N*(W-1),C] where {@link #ends} took them. */
  void addEnds(Arena arena, INDArray ends, INDArray history) {
    int width = Math.toIntExact(history.size(1)) - paddedTokens;
    int[] index = new int[Math.toIntExact(batch * history.size(1))];
    Arrays.fill(index, batch * width);
    for (int i = 0; i < batch * width; i++) {
      int b = i / width;
      index[Math.toIntExact(b * history.size(1)) + lengths[b] + i % width] = i;
    }
    rows(history).addi(gather(arena, withZeroRow(arena, ends), Nd4j.createFromArray(index)));
  }

  private static INDArray rows(INDArray x) {
    return x.reshape('c', x.size(0) * x.size(1), x.size(2));
  }

  private static INDArray withZeroRow(Arena arena, INDArray packed) {
    long count = packed.size(0);
    INDArray longer = arena.empty(count + 1, packed.size(1));
    Views.cut(longer, 0, 0, count).assign(packed);
    Views.cut(longer, 0, count, count + 1).assign(0);
    return longer;
  }

  private static INDArray gather(Arena arena, INDArray from, INDArray index) {
    INDArray to = arena.empty(index.length(), from.size(1));
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(from, index)
            .addIntegerArguments(0)
            .addOutputs(to)
            .build());
    return to;
  }
}
