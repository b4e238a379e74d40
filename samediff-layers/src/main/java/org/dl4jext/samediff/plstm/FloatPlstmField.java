package org.dl4jext.samediff.plstm;

/**
 * Where one quantity of a lane stands: its elements at position p begin at {@code offset + p step}.
 *
 * @param data the numbers
 * @param offset of position 0
 * @param step from a position to the next
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
record FloatPlstmField(float[] data, int offset, int step) {

  int at(int position) {
    return offset + position * step;
  }
}
