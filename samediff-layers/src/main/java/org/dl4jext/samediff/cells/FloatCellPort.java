package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Carries outputs, states and their gradients between ND4J arrays and a {@link
 * FloatCellRecurrence}. Arrays may be null: zeros on the way in, nothing on the way out.
 */
final class FloatCellPort extends FloatPackedRows {

  private final FloatCellRecurrence recurrence;
  private final int states;
  private final int elements;

  /**
   * @param states number of states, y included
   * @param elements H D
   */
  FloatCellPort(FloatCellRecurrence recurrence, int states, int elements) {
    this.recurrence = recurrence;
    this.states = states;
    this.elements = elements;
  }

  /** Initial states, from arrays [N,..] at {@code first} and after. */
  void readStates(INDArray[] from, int first, PackedSteps steps) {
    readStates(from, first, steps, recurrence.y, recurrence.s);
  }

  /** Gradients of the last states. */
  void readStateGradients(INDArray[] from, int first, PackedSteps steps) {
    readStates(from, first, steps, recurrence.dyLast, recurrence.ds);
  }

  private void readStates(
      INDArray[] from, int first, PackedSteps steps, float[] y, float[] others) {
    for (int k = 0; k < states; k++) {
      if (from[first + k] != null) {
        buffer = read(from[first + k], buffer);
        for (int s = 0; s < steps.batch; s++) {
          int row = k == 0 ? s : (k - 1) * steps.batch + s;
          int to = row * recurrence.yRow;
          recurrence.pad(buffer, steps.order[s] * elements, k == 0 ? y : others, to);
        }
      }
    }
  }

  /** The last states. */
  void writeStates(INDArray[] to, int first, PackedSteps steps) {
    for (int k = 0; k < states; k++) {
      if (to[first + k] != null) {
        buffer = FloatHostArrays.ensure(buffer, (long) steps.batch * elements);
        for (int s = 0; s < steps.batch; s++) {
          int row = k == 0 ? recurrence.lastRow(s) : (k - 1) * steps.batch + s;
          float[] from = k == 0 ? recurrence.y : recurrence.s;
          recurrence.unpad(from, row * recurrence.yRow, buffer, steps.order[s] * elements);
        }
        host().write(buffer, 0, to[first + k]);
      }
    }
  }

  /** Gradients of the initial states. */
  void writeStateGradients(INDArray[] to, int first, PackedSteps steps) {
    for (int k = 0; k < states; k++) {
      if (to[first + k] != null) {
        buffer = FloatHostArrays.ensure(buffer, (long) steps.batch * elements);
        for (int s = 0; s < steps.batch; s++) {
          int row = k == 0 ? s : (k - 1) * steps.batch + s;
          float[] from = k == 0 ? recurrence.dyLast : recurrence.ds;
          recurrence.unpad(from, row * recurrence.yRow, buffer, steps.order[s] * elements);
        }
        host().write(buffer, 0, to[first + k]);
      }
    }
  }

  /** y of every step, to an array [T,N,H*D] or null. */
  void writeOutputs(INDArray timeMajor, PackedSteps steps) {
    if (timeMajor == null) {
      return;
    }
    int first = steps.batch * recurrence.yRow;
    if (steps.dense && recurrence.yRow == elements) {
      host().write(recurrence.y, first, timeMajor);
      return;
    }
    buffer = FloatHostArrays.ensure(buffer, timeMajor.length());
    Arrays.fill(buffer, 0, Math.toIntExact(timeMajor.length()), 0);
    for (int r = 0; r < steps.rows; r++) {
      int from = first + r * recurrence.yRow;
      recurrence.unpad(recurrence.y, from, buffer, steps.source[r] * elements);
    }
    host().write(buffer, 0, timeMajor);
  }

  /** Gradient of y of every step, from an array [T,N,H*D] or null. */
  void readOutputGradients(INDArray timeMajor, PackedSteps steps) {
    if (timeMajor == null) {
      return;
    }
    if (steps.dense && recurrence.yRow == elements) {
      host().read(timeMajor, recurrence.dy, 0);
      return;
    }
    buffer = read(timeMajor, buffer);
    for (int r = 0; r < steps.rows; r++) {
      int to = r * recurrence.yRow;
      recurrence.pad(buffer, steps.source[r] * elements, recurrence.dy, to);
    }
  }
}
