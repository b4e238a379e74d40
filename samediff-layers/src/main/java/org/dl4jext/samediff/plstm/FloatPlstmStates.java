package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/** The states of a block of columns of a walk, and the gradients of one column. */
final class FloatPlstmStates {

  private final int size;

  /** States into the columns of the block [columns+1,Y,size]. */
  float[] right;

  /** States from above [columns,Y,size], and one more that is written and never read. */
  float[] down;

  /** Gradients of the states that leave the cells of a column to the right [Y,size]. */
  float[] dRight;

  /** Gradient of the state that leaves a cell downwards. */
  float[] dDown;

  FloatPlstmStates(int size) {
    this.size = size;
    dDown = new float[size];
  }

  /** Makes room. */
  void prepare(int columns, int height) {
    right = FloatHostArrays.ensure(right, (columns + 1L) * height * size);
    down = FloatHostArrays.ensure(down, (columns * (long) height + 1) * size);
  }

  /** Makes room for gradients. */
  void prepareGradients(int height) {
    dRight = FloatHostArrays.ensure(dRight, (long) height * size);
  }

  /** Nothing comes from above into the cell whose state from above stands here. */
  void clearDown(int at) {
    Arrays.fill(down, at, at + size, 0);
  }
}
