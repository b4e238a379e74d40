package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.ArrayCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Checks the arrays of a head-wise recurrence without projection: inputs x [B,T,input gates,H,D], R
 * [recurrent gates,H,D,D], b [gates,H,D], one [B,H,D] or null for each state; outputs h [B,T,H,D],
 * one [B,H,D] for each state.
 */
record RecurrenceArrays(CellSpec spec, DataType type, long batch, long steps, long size) {

  static final int X = 0;
  static final int R = 1;
  static final int BIAS = 2;
  static final int FIRST_STATE = 3;

  static RecurrenceArrays of(CellSpec spec, DataType type, INDArray[] inputs) {
    String unit = name(spec);
    int states = spec.kind().states().size();
    ArrayCheck.requireCount(unit, "inputs", inputs, FIRST_STATE + states);
    ArrayCheck.requireRank(unit, "x", inputs[X], type, 5);
    RecurrenceArrays arrays =
        new RecurrenceArrays(spec, type, inputs[X].size(0), inputs[X].size(1), inputs[X].size(4));
    for (int i = 0; i < inputs.length; i++) {
      if (i < FIRST_STATE || inputs[i] != null) {
        ArrayCheck.requireShape(unit, "input " + i, inputs[i], type, arrays.inputShape(i));
      }
    }
    return arrays;
  }

  private static String name(CellSpec spec) {
    return spec.kind() + " recurrence";
  }

  int outputs() {
    return 1 + spec.kind().states().size();
  }

  long[] inputShape(int input) {
    CellKind kind = spec.kind();
    return switch (input) {
      case X -> new long[] {batch, steps, kind.inputGates(), spec.heads(), size};
      case R -> new long[] {kind.recurrentGates(), spec.heads(), size, size};
      case BIAS -> new long[] {kind.gates(), spec.heads(), size};
      default -> new long[] {batch, spec.heads(), size};
    };
  }

  long[] outputShape(int output) {
    return output == 0
        ? new long[] {batch, steps, spec.heads(), size}
        : new long[] {batch, spec.heads(), size};
  }

  void requireOutputs(String what, INDArray[] outputs) {
    ArrayCheck.requireCount(name(spec), what, outputs, outputs());
    for (int i = 0; i < outputs.length; i++) {
      ArrayCheck.requireShapeOrNull(name(spec), what + " " + i, outputs[i], type, outputShape(i));
    }
  }

  void requireInputGradients(INDArray[] gradients) {
    int inputs = FIRST_STATE + spec.kind().states().size();
    ArrayCheck.requireCount(name(spec), "input gradients", gradients, inputs);
    for (int i = 0; i < gradients.length; i++) {
      ArrayCheck.requireShapeOrNull(
          name(spec), "gradient of input " + i, gradients[i], type, inputShape(i));
    }
  }

  @Override
  public String toString() {
    return name(spec) + Arrays.toString(inputShape(X));
  }
}
