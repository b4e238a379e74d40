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

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * A cell whose gates are numbers, so that all its states are mixed before the one read, and what it
 * writes is one outer product; {@link FloatPlstmCell} is the general form.
 *
 * <p>Scratch memory for one worker.
 */
final class FloatPlstmScalarCell {

  private final FloatBlocks blocks = FloatBlocks.best();
  private final int dk;
  private final int dv;
  private final int size;
  private final float scale;

  /** k v', and its gradient [DK,DV]. */
  private final float[] written;

  private final float[] dWritten;

  /** What the query reads, and its gradient [DK,DV]. */
  private final float[] mixed;

  private final float[] dMixed;

  /** The gradient of the output times the scale [DV]. */
  private final float[] dRead;

  FloatPlstmScalarCell(PlstmHead head, float scale) {
    this.scale = scale;
    dk = head.keySize();
    dv = head.valueSize();
    size = head.stateLength();
    written = new float[size];
    dWritten = new float[size];
    mixed = new float[size];
    dMixed = new float[size];
    dRead = new float[dv];
  }

  /** Whether the gates of a head are numbers. */
  static boolean fits(PlstmHead head) {
    return head.equals(PlstmHead.scalar(head.keySize(), head.valueSize()));
  }

  private static float gate(FloatPlstmField field, int position) {
    return field.data()[field.at(position)];
  }

  /** Takes k and v of a cell; {@link #read} and {@link #next} follow. */
  void begin(FloatPlstmField[] in, int position) {
    outer(in[K], position, in[V].data(), in[V].at(position), written);
  }

  /** to [DK,DV] = rows columns'. */
  private void outer(FloatPlstmField rows, int position, float[] columns, int at, float[] to) {
    blocks.multiply(
        dk, dv, 1, rows.data(), rows.at(position), 1, 1, columns, at, dv, to, 0, dv, 1, false);
  }

  private void mix(FloatPlstmField[] in, int position, float[] left, float[] up, int at) {
    blocks.scale(size, gate(in[M_L], position), left, at, mixed, 0);
    if (up != null) {
      blocks.addScaled(size, gate(in[M_U], position), up, at, mixed, 0);
    }
    if (in[DIRECT] != null) {
      blocks.addScaled(size, gate(in[DIRECT], position), written, 0, mixed, 0);
    }
  }

  /**
   * Y += scale Q (M_l l + M_u u + D K V).
   *
   * @param up null for a zero state
   */
  void read(
      FloatPlstmField[] in, int position, float[] left, float[] up, int at, FloatPlstmField out) {
    mix(in, position, left, up, at);
    blocks.multiply(
        1,
        dv,
        dk,
        in[Q].data(),
        in[Q].at(position),
        dk,
        1,
        mixed,
        0,
        dv,
        out.data(),
        out.at(position),
        dv,
        scale,
        true);
  }

  /** The state that leaves to the right, or down. */
  void next(
      FloatPlstmField[] in,
      boolean down,
      int position,
      float[] left,
      float[] up,
      int at,
      float[] next,
      int to) {
    FloatPlstmField fromLeft = in[down ? T_DL : T_RL];
    FloatPlstmField fromUp = in[down ? T_DU : T_RU];
    blocks.scale(size, gate(in[down ? S_D : S_R], position), written, 0, next, to);
    if (fromLeft != null) {
      blocks.addScaled(size, gate(fromLeft, position), left, at, next, to);
    }
    if (up != null && fromUp != null) {
      blocks.addScaled(size, gate(fromUp, position), up, at, next, to);
    }
  }

  /**
   * Gradients of {@link #read}; {@link #nextBackward} and {@link #finishBackward} follow.
   *
   * @param dOut gradient of Y
   * @param dStates gradients of the state from the left and of that from above [2,size],
   *     overwritten
   */
  void readBackward(
      FloatPlstmField[] in,
      FloatPlstmField[] gradients,
      int position,
      float[] left,
      float[] up,
      int at,
      FloatPlstmField dOut,
      float[] dStates) {
    begin(in, position);
    mix(in, position, left, up, at);
    blocks.scale(dv, scale, dOut.data(), dOut.at(position), dRead, 0);
    float[] dq = gradients[Q].data();
    int dqAt = gradients[Q].at(position);
    for (int d = 0; d < dk; d++) {
      dq[dqAt + d] += blocks.dot(dv, mixed, d * dv, dRead, 0);
    }
    outer(in[Q], position, dRead, 0, dMixed);
    add(gradients[M_L], position, dMixed, 0, left, at);
    blocks.scale(size, gate(in[M_L], position), dMixed, 0, dStates, 0);
    if (up == null) {
      Arrays.fill(dStates, size, 2 * size, 0);
    } else {
      add(gradients[M_U], position, dMixed, 0, up, at);
      blocks.scale(size, gate(in[M_U], position), dMixed, 0, dStates, size);
    }
    if (in[DIRECT] == null) {
      Arrays.fill(dWritten, 0);
    } else {
      add(gradients[DIRECT], position, dMixed, 0, written, 0);
      blocks.scale(size, gate(in[DIRECT], position), dMixed, 0, dWritten, 0);
    }
  }

  /** The gradient of a gate: both states multiplied, summed. */
  private void add(
      FloatPlstmField gradient, int position, float[] d, int dAt, float[] state, int at) {
    gradient.data()[gradient.at(position)] += blocks.dot(size, d, dAt, state, at);
  }

  /** Gradients of {@link #next}; dStates is added to. */
  void nextBackward(
      FloatPlstmField[] in,
      FloatPlstmField[] gradients,
      boolean down,
      int position,
      float[] left,
      float[] up,
      int at,
      float[] dNext,
      int from,
      float[] dStates) {
    int source = down ? S_D : S_R;
    int fromLeft = down ? T_DL : T_RL;
    int fromUp = down ? T_DU : T_RU;
    add(gradients[source], position, dNext, from, written, 0);
    blocks.addScaled(size, gate(in[source], position), dNext, from, dWritten, 0);
    if (in[fromLeft] != null) {
      add(gradients[fromLeft], position, dNext, from, left, at);
      blocks.addScaled(size, gate(in[fromLeft], position), dNext, from, dStates, 0);
    }
    if (up != null && in[fromUp] != null) {
      add(gradients[fromUp], position, dNext, from, up, at);
      blocks.addScaled(size, gate(in[fromUp], position), dNext, from, dStates, size);
    }
  }

  /** Adds the gradients of k and v. */
  void finishBackward(FloatPlstmField[] in, FloatPlstmField[] gradients, int position) {
    float[] v = in[V].data();
    int vAt = in[V].at(position);
    float[] dKey = gradients[K].data();
    int dkAt = gradients[K].at(position);
    for (int d = 0; d < dk; d++) {
      dKey[dkAt + d] += blocks.dot(dv, dWritten, d * dv, v, vAt);
    }
    blocks.multiply(
        1,
        dv,
        dk,
        in[K].data(),
        in[K].at(position),
        dk,
        1,
        dWritten,
        0,
        dv,
        gradients[V].data(),
        gradients[V].at(position),
        dv,
        1,
        true);
  }
}
