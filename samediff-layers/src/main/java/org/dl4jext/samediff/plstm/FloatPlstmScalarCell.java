package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_L;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_U;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_D;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_R;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RU;

import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * A cell whose gates are numbers, so that all its states are mixed before the one read, and what it
 * writes is one outer product; {@link FloatPlstmCell} is the general form.
 *
 * <p>States are [DK,DV]: l from the left, u from above, zero where there is none. Holds scratch
 * memory for one worker.
 */
abstract class FloatPlstmScalarCell {

  final int dk;
  final int dv;
  final int size;
  final float scale;

  /** Gates of the current cell; 0 where there is none. */
  float sourceRight;

  float sourceDown;
  float rightFromLeft;
  float rightFromUp;
  float downFromLeft;
  float downFromUp;
  float markLeft;
  float markUp;
  float direct;

  FloatPlstmScalarCell(PlstmHead head, float scale) {
    this.scale = scale;
    dk = head.keySize();
    dv = head.valueSize();
    size = head.stateLength();
  }

  /** The fastest form for a head; null if its gates are matrices. */
  static FloatPlstmScalarCell of(PlstmHead head, float scale) {
    if (!head.equals(PlstmHead.scalar(head.keySize(), head.valueSize()))) {
      return null;
    }
    FloatBlocks blocks = FloatBlocks.best();
    boolean wholeVectors = blocks.explicit() && head.valueSize() % blocks.lanes() == 0;
    return wholeVectors ? vector(head, scale) : new FloatBlocksPlstmCell(head, scale);
  }

  private static FloatPlstmScalarCell vector(PlstmHead head, float scale) {
    try {
      return Class.forName(FloatPlstmScalarCell.class.getPackageName() + ".FloatVectorPlstmCell")
          .asSubclass(FloatPlstmScalarCell.class)
          .getDeclaredConstructor(PlstmHead.class, float.class)
          .newInstance(head, scale);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the vector build of the pLSTM cell is missing", e);
    }
  }

  /** Takes the gates of a cell. */
  final void load(FloatPlstmField[] in, int position) {
    sourceRight = gate(in[S_R], position);
    sourceDown = gate(in[S_D], position);
    rightFromLeft = gate(in[T_RL], position);
    rightFromUp = gate(in[T_RU], position);
    downFromLeft = gate(in[T_DL], position);
    downFromUp = gate(in[T_DU], position);
    markLeft = gate(in[M_L], position);
    markUp = gate(in[M_U], position);
    direct = gate(in[DIRECT], position);
  }

  private static float gate(FloatPlstmField field, int position) {
    return field == null ? 0 : field.data()[field.at(position)];
  }

  /** Adds to the gradient of a gate. */
  static void add(FloatPlstmField gradient, int position, float value) {
    if (gradient != null) {
      gradient.data()[gradient.at(position)] += value;
    }
  }

  /**
   * One cell: Y += scale Q (M_l l + M_u u + D k v'), and the states that leave it.
   *
   * @param at where l and u stand in {@code states.right} and {@code states.down}; the state down
   *     goes behind u
   * @param toRight where the state to the right goes
   * @param output whether Y is wanted
   */
  abstract void forward(
      FloatPlstmLane lane,
      int position,
      FloatPlstmStates states,
      int at,
      int toRight,
      boolean output);

  /**
   * Gradients of {@link #forward}, added to those of the inputs. Those of the states that leave are
   * overwritten by those of the states that enter.
   *
   * @param lane its output holds the gradient of Y
   * @param row where the gradient of the state to the right stands in {@code states.dRight}
   */
  abstract void backward(
      FloatPlstmLane lane,
      FloatPlstmField[] gradients,
      int position,
      FloatPlstmStates states,
      int at,
      int row);
}
