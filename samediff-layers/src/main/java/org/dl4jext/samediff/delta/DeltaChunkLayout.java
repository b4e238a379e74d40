package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Moves arrays between [B, tokens x n, heads, D] and chunks [chunks x B x heads, c x n, D]. The
 * last chunk is filled up with zeros, which leave a state as it is.
 *
 * @param batch B
 * @param tokens T
 * @param chunkTokens c
 */
record DeltaChunkLayout(int batch, int tokens, int chunkTokens) {

  int chunks() {
    return (tokens + chunkTokens - 1) / chunkTokens;
  }

  /**
   * Cuts into chunks.
   *
   * @param x [B, T*n, heads, D]
   * @param group how often each head is repeated
   */
  INDArray split(Arena arena, INDArray x, int group) {
    long rows = x.size(1) / tokens * chunkTokens;
    long heads = x.size(2);
    long size = x.size(3);
    INDArray cut = arena.empty(chunks(), batch, heads, group, rows, size);
    if (tokens % chunkTokens != 0) {
      Views.at(cut, 0, chunks() - 1L).assign(0);
    }
    for (int g = 0; g < group; g++) {
      copyParts(x, Views.at(cut, 3, g), true);
    }
    return cut.reshape('c', (long) chunks() * batch * heads * group, rows, size);
  }

  /**
   * Puts chunks together again, adding up the heads of a group.
   *
   * @param chunked [chunks x B x heads x group, c*n, D]
   * @param x [B, T*n, heads, D], overwritten
   */
  INDArray join(Arena arena, INDArray chunked, int group, INDArray x) {
    long heads = x.size(2);
    INDArray cut =
        chunked.reshape('c', chunks(), batch, heads, group, chunked.size(1), chunked.size(2));
    INDArray summed =
        group == 1
            ? cut.reshape('c', chunks(), batch, heads, chunked.size(1), chunked.size(2))
            : arena.sum(cut, 3);
    copyParts(x, summed, false);
    return x;
  }

  /** Copies the whole chunks, then the rest; to or from cut [chunks, B, heads, c*n, D]. */
  private void copyParts(INDArray x, INDArray cut, boolean toChunks) {
    int whole = tokens / chunkTokens;
    long rows = cut.size(3);
    if (whole > 0) {
      INDArray head = whole == chunks() ? x : Views.cut(x, 1, 0, whole * rows);
      INDArray view =
          head.reshape('c', batch, whole, rows, x.size(2), x.size(3)).permute(1, 0, 3, 2, 4);
      INDArray part = whole == chunks() ? cut : Views.cut(cut, 0, 0, whole);
      copy(view, part, toChunks);
    }
    if (whole < chunks()) {
      long rest = x.size(1) - whole * rows;
      INDArray view = Views.cut(x, 1, whole * rows, x.size(1)).permute(0, 2, 1, 3);
      INDArray last = Views.cut(Views.at(cut, 0, whole), 2, 0, rest);
      copy(view, last, toChunks);
    }
  }

  private static void copy(INDArray view, INDArray part, boolean toChunks) {
    if (toChunks) {
      part.assign(view);
    } else {
      view.assign(part);
    }
  }
}
