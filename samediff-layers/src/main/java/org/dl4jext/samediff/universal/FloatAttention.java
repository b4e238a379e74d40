package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * Attention of one example on Java arrays, without its projections; {@link ReferenceAttention} is
 * the slow form.
 *
 * <p>Queries are taken in blocks, so that no matrix of all queries and keys is ever held; the
 * backward pass computes the weights again from the kept logarithms of the rows' sums.
 */
final class FloatAttention {

  private static final int BLOCK = 64;

  private final FloatBlocks blocks;
  private final int heads;
  private final int size;
  private final float scale;
  private float[] transposed = new float[0];
  private float[] transposedValues = new float[0];
  private float[] scores = new float[0];
  private float[] weights = new float[0];

  /** Length of a row of scores. */
  private int row;

  /** Rows of a matrix that lie {@code stride} apart. */
  record Rows(float[] array, int offset, int stride) {

    /** The part that begins at a row and a column. */
    Rows from(int row, int column) {
      return new Rows(array, offset + row * stride + column, stride);
    }
  }

  /**
   * Queries, keys and values, or their gradients.
   *
   * @param queries number of queries
   * @param keys number of keys
   */
  record Operands(int queries, int keys, Rows q, Rows k, Rows v) {

    private Operands head(int column) {
      return new Operands(queries, keys, q.from(0, column), k.from(0, column), v.from(0, column));
    }
  }

  /** Some queries of a head, and the keys from .. to that they read. */
  private record Block(int head, int first, int count, int from, int to) {

    int keys() {
      return to - from;
    }
  }

  FloatAttention(FloatBlocks blocks, int heads, int size) {
    this.blocks = blocks;
    this.heads = heads;
    this.size = size;
    scale = FloatMath.of(1 / Math.sqrt(size));
  }

  /**
   * Fills the rows of {@code context} and the logarithm of the sum of each row of each head.
   *
   * @param logSums [heads,rows]
   * @param logStride distance of two heads in {@code logSums}
   */
  void forward(
      Operands all,
      FloatAttentionView view,
      Rows context,
      float[] logSums,
      int logFrom,
      int logStride) {
    ensure(all.keys);
    for (int h = 0; h < heads; h++) {
      Operands of = all.head(h * size);
      transpose(of.k, of.keys, transposed);
      for (int i = 0; i < of.queries; i += BLOCK) {
        Block block = block(of, view, h, i);
        score(of, block);
        for (int r = 0; r < block.count; r++) {
          logSums[logFrom + h * logStride + i + r] = softmax(view, block, r);
        }
        multiply(
            block.count,
            block.keys(),
            size,
            new Rows(scores, 0, row),
            false,
            of.v.from(block.from, 0),
            context.from(i, h * size),
            1,
            false);
      }
    }
  }

  private void ensure(int keys) {
    row = blocks.padded(keys);
    transposed = FloatHostArrays.ensure(transposed, (long) size * row);
    scores = FloatHostArrays.ensure(scores, (long) BLOCK * row);
  }

  private static Block block(Operands of, FloatAttentionView view, int head, int first) {
    int count = Math.min(BLOCK, of.queries - first);
    int to = view.lastKey(first + count - 1, of.keys);
    return new Block(head, first, count, view.firstKey(first), to);
  }

  private void transpose(Rows of, int rows, float[] to) {
    blocks.transpose(rows, size, of.array, of.offset, of.stride, to, 0, row);
  }

  /** C = factor A B, or C += factor A B; of A' where {@code turned}. */
  private void multiply(
      int rows,
      int inner,
      int columns,
      Rows a,
      boolean turned,
      Rows b,
      Rows c,
      float factor,
      boolean add) {
    blocks.multiply(
        rows,
        columns,
        inner,
        a.array,
        a.offset,
        turned ? 1 : a.stride,
        turned ? a.stride : 1,
        b.array,
        b.offset,
        b.stride,
        c.array,
        c.offset,
        c.stride,
        factor,
        add);
  }

  private void score(Operands of, Block block) {
    multiply(
        block.count,
        size,
        block.keys(),
        of.q.from(block.first, 0),
        false,
        new Rows(transposed, block.from, row),
        new Rows(scores, 0, row),
        scale,
        false);
  }

  /** Makes a row of scores one of weights, those that are dropped out as well. */
  private float softmax(FloatAttentionView view, Block block, int r) {
    int query = block.first + r;
    int at = r * row;
    view.hide(query, block.from, block.to, scores, at);
    float max = Float.NEGATIVE_INFINITY;
    int last = view.lastKey(query, block.to) - block.from + at;
    for (int j = Math.max(view.firstKey(query) - block.from, 0) + at; j < last; j++) {
      max = Math.max(max, scores[j]);
    }
    exponentials(view, block, r, max);
    float sum = 0;
    for (int j = at; j < at + block.keys(); j++) {
      sum += scores[j];
    }
    blocks.scale(block.keys(), 1 / sum, scores, at, scores, at);
    view.drop(block.head, query, block.from, block.to, scores, at);
    return max + FloatMath.of(Math.log(sum));
  }

  /** Exponentials of the scores of a query minus a number; 0 for keys that it does not read. */
  private void exponentials(FloatAttentionView view, Block block, int r, float minus) {
    int query = block.first + r;
    int at = r * row;
    int first = Math.max(view.firstKey(query) - block.from, 0) + at;
    int last = view.lastKey(query, block.to) - block.from + at;
    for (int j = first; j < last; j++) {
      scores[j] -= minus;
    }
    blocks.exp(last - first, scores, first, scores, first);
    Arrays.fill(scores, at, first, 0);
    Arrays.fill(scores, last, at + block.keys(), 0);
  }

  /**
   * Overwrites the gradient of the queries and adds to those of keys and values.
   *
   * @param dContext gradient of the context
   */
  void backward(
      Operands all,
      FloatAttentionView view,
      Rows context,
      Rows dContext,
      float[] logSums,
      int logFrom,
      int logStride,
      Operands gradients) {
    ensure(all.keys);
    transposedValues = FloatHostArrays.ensure(transposedValues, (long) size * row);
    weights = FloatHostArrays.ensure(weights, (long) BLOCK * row);
    for (int h = 0; h < heads; h++) {
      Operands of = all.head(h * size);
      Operands d = gradients.head(h * size);
      transpose(of.k, of.keys, transposed);
      transpose(of.v, of.keys, transposedValues);
      for (int i = 0; i < of.queries; i += BLOCK) {
        Block block = block(of, view, h, i);
        score(of, block);
        for (int r = 0; r < block.count; r++) {
          view.hide(i + r, block.from, block.to, scores, r * row);
          exponentials(view, block, r, logSums[logFrom + h * logStride + i + r]);
        }
        System.arraycopy(scores, 0, weights, 0, block.count * row);
        Rows dBlock = dContext.from(i, h * size);
        valuesBackward(view, block, dBlock, d);
        weightsBackward(view, block, context.from(i, h * size), dBlock);
        scoresBackward(of, block, d);
      }
    }
  }

  private void valuesBackward(FloatAttentionView view, Block block, Rows dContext, Operands d) {
    for (int r = 0; r < block.count; r++) {
      view.drop(block.head, block.first + r, block.from, block.to, scores, r * row);
    }
    multiply(
        block.keys(),
        block.count,
        size,
        new Rows(scores, 0, row),
        true,
        dContext,
        d.v.from(block.from, 0),
        1,
        true);
  }

  /** Replaces the scores by their gradients. */
  private void weightsBackward(FloatAttentionView view, Block block, Rows context, Rows dContext) {
    multiply(
        block.count,
        size,
        block.keys(),
        dContext,
        false,
        new Rows(transposedValues, block.from, row),
        new Rows(scores, 0, row),
        1,
        false);
    for (int r = 0; r < block.count; r++) {
      Rows one = context.from(r, 0);
      Rows dOne = dContext.from(r, 0);
      float dot = blocks.dot(size, dOne.array, dOne.offset, one.array, one.offset);
      int at = r * row;
      view.drop(block.head, block.first + r, block.from, block.to, scores, at);
      for (int j = at; j < at + block.keys(); j++) {
        scores[j] = weights[j] * (scores[j] - dot);
      }
    }
  }

  private void scoresBackward(Operands of, Block block, Operands d) {
    Rows ds = new Rows(scores, 0, row);
    Rows keys = of.k.from(block.from, 0);
    Rows dq = d.q.from(block.first, 0);
    multiply(block.count, block.keys(), size, ds, false, keys, dq, scale, false);
    Rows queries = of.q.from(block.first, 0);
    Rows dk = d.k.from(block.from, 0);
    multiply(block.keys(), block.count, size, ds, true, queries, dk, scale, true);
  }
}
