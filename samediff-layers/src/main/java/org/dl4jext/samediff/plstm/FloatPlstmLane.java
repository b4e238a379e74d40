package org.dl4jext.samediff.plstm;

/**
 * One recurrence over a grid: its inputs in the order of {@link PlstmCoreArrays}'s grid, of which
 * some may be absent, and its output, to which the kernel adds.
 *
 * @param in inputs; sources and marks of the second axis are absent in a sequence
 * @param out Y [DV,JO] of each position
 * @param flipX whether the first axis is walked backwards
 * @param flipY whether the second axis is walked backwards
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
record FloatPlstmLane(FloatPlstmField[] in, FloatPlstmField out, boolean flipX, boolean flipY) {

  static FloatPlstmLane forwards(FloatPlstmField[] in, FloatPlstmField out) {
    return new FloatPlstmLane(in, out, false, false);
  }

  /** Position of a cell of the walk in the arrays. */
  int position(int x, int y, int width, int height) {
    return (flipX ? width - 1 - x : x) * height + (flipY ? height - 1 - y : y);
  }
}
