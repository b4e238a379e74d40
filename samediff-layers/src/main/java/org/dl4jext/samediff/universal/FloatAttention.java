package org.dl4jext.samediff.universal;

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

  /** Rows of a matrix that lie {@code stride} apart. */
  record Rows(float[] array, int offset, int stride) {

    int at(int row) {
      return offset + row * stride;
    }
  }

  /**
   * Queries, keys and values, or their gradients.
   *
   * @param queries number of queries
   * @param keys number of keys
   */
  record Operands(int queries, int keys, Rows q, Rows k, Rows v) {}

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
      Operands of,
      FloatAttentionView view,
      Rows context,
      float[] logSums,
      int logFrom,
      int logStride) {
    int row = blocks.padded(of.keys);
    transposed = FloatHostArrays.ensure(transposed, (long) size * row);
    scores = FloatHostArrays.ensure(scores, (long) BLOCK * row);
    for (int h = 0; h < heads; h++) {
      int head = h * size;
      transpose(of.k, of.keys, head, transposed, row);
      for (int i = 0; i < of.queries; i += BLOCK) {
        int count = Math.min(BLOCK, of.queries - i);
        int from = view.firstKey(i);
        int to = view.lastKey(i + count - 1, of.keys);
        score(of, head, i, count, from, to, row);
        for (int r = 0; r < count; r++) {
          int at = logFrom + h * logStride + i + r;
          logSums[at] = softmax(view, h, i + r, from, to, r * row);
        }
        blocks.multiply(
            count,
            size,
            to - from,
            scores,
            0,
            row,
            1,
            of.v.array,
            of.v.at(from) + head,
            of.v.stride,
            context.array,
            context.at(i) + head,
            context.stride,
            1,
            false);
      }
    }
  }

  private void transpose(Rows of, int rows, int head, float[] to, int row) {
    blocks.transpose(rows, size, of.array, of.at(0) + head, of.stride, to, 0, row);
  }

  /** Scores of some queries for keys from .. to. */
  private void score(Operands of, int head, int i, int count, int from, int to, int row) {
    blocks.multiply(
        count,
        to - from,
        size,
        of.q.array,
        of.q.at(i) + head,
        of.q.stride,
        1,
        transposed,
        from,
        row,
        scores,
        0,
        row,
        scale,
        false);
  }

  /** Makes a row of scores one of weights, those that are dropped out as well. */
  private float softmax(FloatAttentionView view, int h, int query, int from, int to, int at) {
    view.hide(query, from, to, scores, at);
    int first = Math.max(view.firstKey(query), from) - from + at;
    int last = view.lastKey(query, to) - from + at;
    float max = Float.NEGATIVE_INFINITY;
    for (int j = first; j < last; j++) {
      max = Math.max(max, scores[j]);
    }
    for (int j = first; j < last; j++) {
      scores[j] -= max;
    }
    blocks.exp(last - first, scores, first, scores, first);
    float sum = 0;
    for (int j = first; j < last; j++) {
      sum += scores[j];
    }
    blocks.scale(last - first, 1 / sum, scores, first, scores, first);
    java.util.Arrays.fill(scores, at, first, 0);
    java.util.Arrays.fill(scores, last, at + to - from, 0);
    view.drop(h, query, from, to, scores, at);
    return max + FloatMath.of(Math.log(sum));
  }

  /**
   * Overwrites the gradient of the queries and adds to those of keys and values.
   *
   * @param dContext gradient of the context
   */
  void backward(
      Operands of,
      FloatAttentionView view,
      Rows context,
      Rows dContext,
      float[] logSums,
      int logFrom,
      int logStride,
      Operands gradients) {
    int row = blocks.padded(of.keys);
    transposed = FloatHostArrays.ensure(transposed, (long) size * row);
    transposedValues = FloatHostArrays.ensure(transposedValues, (long) size * row);
    scores = FloatHostArrays.ensure(scores, (long) BLOCK * row);
    weights = FloatHostArrays.ensure(weights, (long) BLOCK * row);
    for (int h = 0; h < heads; h++) {
      int head = h * size;
      transpose(of.k, of.keys, head, transposed, row);
      transpose(of.v, of.keys, head, transposedValues, row);
      for (int i = 0; i < of.queries; i += BLOCK) {
        int count = Math.min(BLOCK, of.queries - i);
        int from = view.firstKey(i);
        int to = view.lastKey(i + count - 1, of.keys);
        score(of, head, i, count, from, to, row);
        for (int r = 0; r < count; r++) {
          weightsAgain(view, i + r, from, to, r * row, logSums[logFrom + h * logStride + i + r]);
        }
        System.arraycopy(scores, 0, weights, 0, count * row);
        valuesBackward(view, h, i, count, from, to, row, dContext, gradients);
        blocks.multiply(
            count,
            to - from,
            size,
            dContext.array,
            dContext.at(i) + head,
            dContext.stride,
            1,
            transposedValues,
            from,
            row,
            scores,
            0,
            row,
            1,
            false);
        for (int r = 0; r < count; r++) {
          float dot =
              blocks.dot(
                  size,
                  dContext.array,
                  dContext.at(i + r) + head,
                  context.array,
                  context.at(i + r) + head);
          int at = r * row;
          view.drop(h, i + r, from, to, scores, at);
          for (int j = at; j < at + to - from; j++) {
            scores[j] = weights[j] * (scores[j] - dot);
          }
        }
        scoresBackward(of, head, i, count, from, to, row, gradients);
      }
    }
  }

  private void weightsAgain(
      FloatAttentionView view, int query, int from, int to, int at, float log) {
    view.hide(query, from, to, scores, at);
    int first = Math.max(view.firstKey(query), from) - from + at;
    int last = view.lastKey(query, to) - from + at;
    for (int j = first; j < last; j++) {
      scores[j] -= log;
    }
    blocks.exp(last - first, scores, first, scores, first);
    java.util.Arrays.fill(scores, at, first, 0);
    java.util.Arrays.fill(scores, last, at + to - from, 0);
  }

  private void valuesBackward(
      FloatAttentionView view,
      int h,
      int i,
      int count,
      int from,
      int to,
      int row,
      Rows dContext,
      Operands gradients) {
    for (int r = 0; r < count; r++) {
      view.drop(h, i + r, from, to, scores, r * row);
    }
    blocks.multiply(
        to - from,
        size,
        count,
        scores,
        0,
        1,
        row,
        dContext.array,
        dContext.at(i) + h * size,
        dContext.stride,
        gradients.v.array,
        gradients.v.at(from) + h * size,
        gradients.v.stride,
        1,
        true);
  }

  private void scoresBackward(
      Operands of, int head, int i, int count, int from, int to, int row, Operands gradients) {
    blocks.multiply(
        count,
        size,
        to - from,
        scores,
        0,
        row,
        1,
        of.k.array,
        of.k.at(from) + head,
        of.k.stride,
        gradients.q.array,
        gradients.q.at(i) + head,
        gradients.q.stride,
        scale,
        false);
    blocks.multiply(
        to - from,
        size,
        count,
        scores,
        0,
        1,
        row,
        of.q.array,
        of.q.at(i) + head,
        of.q.stride,
        gradients.k.array,
        gradients.k.at(from) + head,
        gradients.k.stride,
        scale,
        true);
  }
}
