package org.dl4jext.samediff.plstm;

import java.util.Arrays;

/**
 * Blocks of neighbouring cells as single cells: what a block does with the states that enter it,
 * and which of its cells reads what which other has written.
 *
 * <p>A block of w x h cells has h JT incoming states from the left and outgoing to the right, and w
 * JT from above and to below. Pairs of blocks join along an axis by a few matrix products, so all
 * cells become one block in log2(X) + log2(Y) rounds. Gates are arrays [lanes blocksX blocksY,m,n].
 *
 * <p>Source: the parallelisation of arXiv 2506.11997, section 3, with one axis at a time instead of
 * quadrants, which leaves X and Y independent of each other.
 */
final class PlstmBlocksArray {

  private final long lanes;
  private final long width;
  private final long height;
  private final boolean grid;

  /** Transitions to right from left, to down from up, to down from left, to right from up. */
  private final TapeArray rl;

  private final TapeArray du;
  private final TapeArray dl;
  private final TapeArray ru;

  /** Sources [h JT, cells JK JV] and [w JT, ..], marks [cells JO JQ, h JT] and [.., w JT]. */
  private final TapeArray sr;

  private final TapeArray sd;
  private final TapeArray ml;
  private final TapeArray mu;

  /** G [cells JO JQ, cells JK JV]. */
  private final TapeArray gating;

  private PlstmBlocksArray(
      long lanes,
      long width,
      long height,
      boolean grid,
      TapeArray[] t,
      TapeArray[] sm,
      TapeArray g) {
    this.lanes = lanes;
    this.width = width;
    this.height = height;
    this.grid = grid;
    rl = t[0];
    du = t[1];
    dl = t[2];
    ru = t[3];
    sr = sm[0];
    sd = sm[1];
    ml = sm[2];
    mu = sm[3];
    gating = g;
  }

  /** Single cells of a grid; gates [lanes blocksX blocksY,m,n]. */
  static PlstmBlocksArray grid(
      long lanes, long width, long height, TapeArray[] t, TapeArray[] sm, TapeArray direct) {
    return new PlstmBlocksArray(lanes, width, height, true, t, sm, direct);
  }

  /** Single steps of a sequence. */
  static PlstmBlocksArray sequence(
      long lanes, long steps, TapeArray t, TapeArray s, TapeArray m, TapeArray direct) {
    return new PlstmBlocksArray(
        lanes,
        steps,
        1,
        false,
        new TapeArray[] {t, null, null, null},
        new TapeArray[] {s, null, m, null},
        direct);
  }

  TapeArray transition() {
    return rl;
  }

  TapeArray source() {
    return sr;
  }

  TapeArray mark() {
    return ml;
  }

  TapeArray gating() {
    return gating;
  }

  /** First or second of the pairs along an axis of blocks. */
  private TapeArray half(TapeArray all, boolean alongX, int which) {
    if (all == null) {
      return null;
    }
    long before = alongX ? lanes : lanes * width;
    long pairs = alongX ? width / 2 : height / 2;
    long after = alongX ? height : 1;
    long m = all.size(1);
    long n = all.size(2);
    return all.reshape(before * pairs, 2, after, m * n)
        .cut(1, which, which + 1L)
        .reshape(before * pairs * after, m, n);
  }

  /** {@code [[a, 0], [c, d]]}; a zero for a null. */
  private static TapeArray lower(TapeArray a, TapeArray c, TapeArray d) {
    TapeArray zero = a.zeros(a.size(0), a.size(1), d.size(2));
    return TapeArray.join(1, TapeArray.join(2, a, zero), TapeArray.join(2, c, d));
  }

  /** All pairs of neighbours along the first axis as blocks; there must be an even number. */
  PlstmBlocksArray joinedAlongX() {
    return joined(true, rl, du, dl, ru, sr, sd, ml, mu);
  }

  /** All pairs of neighbours along the second axis; the same with the two directions exchanged. */
  PlstmBlocksArray joinedAlongY() {
    return joined(false, du, rl, ru, dl, sd, sr, mu, ml);
  }

  /**
   * Joins pairs along an axis, p being the direction of the axis and q the other one.
   *
   * @param pp transition along the axis
   * @param qq transition across
   * @param qp from along to across
   * @param pq from across to along
   */
  private PlstmBlocksArray joined(
      boolean x,
      TapeArray pp,
      TapeArray qq,
      TapeArray qp,
      TapeArray pq,
      TapeArray sp,
      TapeArray sq,
      TapeArray mp,
      TapeArray mq) {
    TapeArray ppB = half(pp, x, 1);
    TapeArray mpB = half(mp, x, 1);
    TapeArray ppA = half(pp, x, 0);
    TapeArray spA = half(sp, x, 0);
    TapeArray along = ppB.product(ppA);
    TapeArray source = TapeArray.join(2, ppB.product(spA), half(sp, x, 1));
    TapeArray mark = TapeArray.join(1, half(mp, x, 0), mpB.product(ppA));
    TapeArray g = lower(half(gating, x, 0), mpB.product(spA), half(gating, x, 1));
    if (!grid) {
      return sequence(lanes, width / 2, along, source, mark, g);
    }
    TapeArray qpA = half(qp, x, 0);
    TapeArray qpB = half(qp, x, 1);
    TapeArray pqA = half(pq, x, 0);
    TapeArray toAcross = TapeArray.join(1, qpA, qpB.product(ppA));
    TapeArray fromAcross = TapeArray.join(2, ppB.product(pqA), half(pq, x, 1));
    TapeArray across = lower(half(qq, x, 0), qpB.product(pqA), half(qq, x, 1));
    TapeArray sourceAcross = lower(half(sq, x, 0), qpB.product(spA), half(sq, x, 1));
    TapeArray markAcross = lower(half(mq, x, 0), mpB.product(pqA), half(mq, x, 1));
    long w = x ? width / 2 : width;
    long h = x ? height : height / 2;
    return grid(
        lanes,
        w,
        h,
        x
            ? new TapeArray[] {along, across, toAcross, fromAcross}
            : new TapeArray[] {across, along, fromAcross, toAcross},
        x
            ? new TapeArray[] {source, sourceAcross, mark, markAcross}
            : new TapeArray[] {sourceAcross, source, markAcross, mark},
        g);
  }

  /** An array [lanes,positions..,axes..] padded along one axis by zeros. */
  static TapeArray padded(TapeArray array, int axis, long size) {
    if (array == null || array.size(axis) == size) {
      return array;
    }
    long[] shape = array.shape().clone();
    shape[axis] = size - shape[axis];
    return TapeArray.join(axis, array, array.zeros(shape));
  }

  /** The axes after the leading ones as two. */
  static TapeArray matrices(TapeArray array, int leading, long m, long n) {
    long count = Arrays.stream(array.shape()).limit(leading).reduce(1, (a, b) -> a * b);
    return array.reshape(count, m, n);
  }
}
