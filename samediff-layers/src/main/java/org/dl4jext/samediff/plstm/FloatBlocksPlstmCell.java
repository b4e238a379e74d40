package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_L;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_U;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_D;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_R;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import org.dl4jext.samediff.kernel.FloatBlocks;

/** {@link FloatPlstmScalarCell} by one pass over the states for each product. */
final class FloatBlocksPlstmCell extends FloatPlstmScalarCell {

  private final FloatBlocks blocks = FloatBlocks.best();

  /** k v', and its gradient [DK,DV]. */
  private final float[] written;

  private final float[] dWritten;

  /** What the query reads, and its gradient [DK,DV]. */
  private final float[] mixed;

  private final float[] dMixed;

  /** Gradients of the states that enter. */
  private final float[] dLeft;

  private final float[] dUp;

  /** The gradient of the output times the scale [DV]. */
  private final float[] dRead;

  /** Whether there is a second axis. */
  private boolean grid;

  FloatBlocksPlstmCell(PlstmHead head, float scale) {
    super(head, scale);
    written = new float[size];
    dWritten = new float[size];
    mixed = new float[size];
    dMixed = new float[size];
    dLeft = new float[size];
    dUp = new float[size];
    dRead = new float[dv];
  }

  @Override
  void forward(
      FloatPlstmLane lane,
      int position,
      FloatPlstmStates states,
      int at,
      int toRight,
      boolean output) {
    FloatPlstmField[] in = lane.in();
    begin(in, position, states, at);
    if (output) {
      multiply(in[Q], position, mixed, lane.out(), scale);
    }
    next(sourceRight, rightFromLeft, rightFromUp, states, at, states.right, toRight);
    if (grid) {
      next(sourceDown, downFromLeft, downFromUp, states, at, states.down, at + size);
    }
  }

  /** Gates, what is written, and what the query reads. */
  private void begin(FloatPlstmField[] in, int position, FloatPlstmStates states, int at) {
    load(in, position);
    grid = in[M_U] != null;
    outer(in[K], position, in[V].data(), in[V].at(position), written);
    blocks.scale(size, markLeft, states.right, at, mixed, 0);
    if (grid) {
      blocks.addScaled(size, markUp, states.down, at, mixed, 0);
    }
    if (in[DIRECT] != null) {
      blocks.addScaled(size, direct, written, 0, mixed, 0);
    }
  }

  /** to [DK,DV] = rows columns'. */
  private void outer(FloatPlstmField rows, int position, float[] columns, int at, float[] to) {
    blocks.multiply(
        dk, dv, 1, rows.data(), rows.at(position), 1, 1, columns, at, dv, to, 0, dv, 1, false);
  }

  /** to [DV] += alpha row matrix. */
  private void multiply(
      FloatPlstmField row, int position, float[] matrix, FloatPlstmField to, float alpha) {
    float[] x = row.data();
    int at = row.at(position);
    blocks.multiply(
        1, dv, dk, x, at, dk, 1, matrix, 0, dv, to.data(), to.at(position), dv, alpha, true);
  }

  private void next(
      float source,
      float fromLeft,
      float fromUp,
      FloatPlstmStates states,
      int at,
      float[] next,
      int to) {
    blocks.scale(size, source, written, 0, next, to);
    blocks.addScaled(size, fromLeft, states.right, at, next, to);
    if (grid) {
      blocks.addScaled(size, fromUp, states.down, at, next, to);
    }
  }

  @Override
  void backward(
      FloatPlstmLane lane,
      FloatPlstmField[] gradients,
      int position,
      FloatPlstmStates states,
      int at,
      int row) {
    FloatPlstmField[] in = lane.in();
    begin(in, position, states, at);
    float[] right = states.right;
    float[] down = states.down;
    float[] dRight = states.dRight;
    float[] dDown = states.dDown;
    blocks.scale(dv, scale, lane.out().data(), lane.out().at(position), dRead, 0);
    addProducts(mixed, dRead, 0, gradients[Q], position);
    outer(in[Q], position, dRead, 0, dMixed);
    blocks.scale(size, direct, dMixed, 0, dWritten, 0);
    gate(gradients[DIRECT], position, dMixed, 0, written, 0);
    gate(gradients[M_L], position, dMixed, 0, right, at);
    blocks.scale(size, markLeft, dMixed, 0, dLeft, 0);
    if (grid) {
      gate(gradients[M_U], position, dMixed, 0, down, at);
      blocks.scale(size, markUp, dMixed, 0, dUp, 0);
    }
    gate(gradients[S_R], position, dRight, row, written, 0);
    blocks.addScaled(size, sourceRight, dRight, row, dWritten, 0);
    gate(gradients[T_RL], position, dRight, row, right, at);
    blocks.addScaled(size, rightFromLeft, dRight, row, dLeft, 0);
    if (grid) {
      gate(gradients[T_RU], position, dRight, row, down, at);
      blocks.addScaled(size, rightFromUp, dRight, row, dUp, 0);
      gate(gradients[S_D], position, dDown, 0, written, 0);
      blocks.addScaled(size, sourceDown, dDown, 0, dWritten, 0);
      gate(gradients[T_DL], position, dDown, 0, right, at);
      blocks.addScaled(size, downFromLeft, dDown, 0, dLeft, 0);
      gate(gradients[T_DU], position, dDown, 0, down, at);
      blocks.addScaled(size, downFromUp, dDown, 0, dUp, 0);
    }
    addProducts(dWritten, in[V].data(), in[V].at(position), gradients[K], position);
    multiply(in[K], position, dWritten, gradients[V], 1);
    System.arraycopy(dLeft, 0, dRight, row, size);
    System.arraycopy(dUp, 0, dDown, 0, size);
  }

  /** to [DK] += matrix column. */
  private void addProducts(
      float[] matrix, float[] column, int at, FloatPlstmField to, int position) {
    int first = to.at(position);
    for (int d = 0; d < dk; d++) {
      to.data()[first + d] += blocks.dot(dv, matrix, d * dv, column, at);
    }
  }

  private void gate(
      FloatPlstmField gradient, int position, float[] d, int dAt, float[] state, int at) {
    if (gradient != null) {
      add(gradient, position, blocks.dot(size, d, dAt, state, at));
    }
  }
}
