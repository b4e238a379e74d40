package org.dl4jext.samediff.ssm;

import org.dl4jext.samediff.ArrayCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sizes of a {@link SelectiveScan}, and checks of its arrays. */
record SelectiveScanSizes(DataType type, int batch, int steps, int channels, int states) {

  static final int X = 0;
  static final int DELTA = 1;
  static final int A = 2;
  static final int B = 3;
  static final int C = 4;
  static final int D = 5;
  static final int STATE = 6;

  private static final String UNIT = "selective scan";
  private static final String[] NAMES = {"x", "delta", "A", "B", "C", "D", "state"};

  /** Checks the inputs. */
  static SelectiveScanSizes of(INDArray[] inputs, DataType type) {
    ArrayCheck.requireCount(UNIT, "inputs", inputs, NAMES.length);
    ArrayCheck.requireRank(UNIT, "x", inputs[X], type, 3);
    ArrayCheck.requireRank(UNIT, "A", inputs[A], type, 2);
    SelectiveScanSizes sizes =
        new SelectiveScanSizes(
            type,
            Math.toIntExact(inputs[X].size(0)),
            Math.toIntExact(inputs[X].size(1)),
            Math.toIntExact(inputs[X].size(2)),
            Math.toIntExact(inputs[A].size(1)));
    for (int i = 0; i < inputs.length; i++) {
      if (i != STATE || inputs[i] != null) {
        ArrayCheck.requireShape(UNIT, NAMES[i], inputs[i], type, sizes.shape(i));
      }
    }
    return sizes;
  }

  /** [N,T,E]. */
  long[] sequence() {
    return new long[] {batch, steps, channels};
  }

  /** [N,E,S]. */
  long[] state() {
    return new long[] {batch, channels, states};
  }

  private long[] shape(int input) {
    return switch (input) {
      case X, DELTA -> sequence();
      case A -> new long[] {channels, states};
      case B, C -> new long[] {batch, steps, states};
      case D -> new long[] {channels};
      default -> state();
    };
  }

  /** Checks outputs or their gradients. */
  void requireOutputs(String what, INDArray[] arrays) {
    ArrayCheck.requireCount(UNIT, what, arrays, 2);
    ArrayCheck.requireShapeOrNull(UNIT, what + ": y", arrays[0], type, sequence());
    ArrayCheck.requireShapeOrNull(UNIT, what + ": state", arrays[1], type, state());
  }

  /** Checks gradients of the inputs. */
  void requireInputGradients(INDArray[] arrays) {
    ArrayCheck.requireCount(UNIT, "input gradients", arrays, NAMES.length);
    for (int i = 0; i < arrays.length; i++) {
      ArrayCheck.requireShapeOrNull(UNIT, "gradient of " + NAMES[i], arrays[i], type, shape(i));
    }
  }

  /** Refuses a backward pass without a forward pass. */
  static void requireKept(boolean kept) {
    if (!kept) {
      throw new IllegalStateException(UNIT + ": backward without a kept forward pass");
    }
  }
}
