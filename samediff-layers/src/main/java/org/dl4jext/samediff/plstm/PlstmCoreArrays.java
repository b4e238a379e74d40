package org.dl4jext.samediff.plstm;

import java.util.List;
import java.util.stream.LongStream;
import org.dl4jext.samediff.ArrayCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sizes and checks of the arrays of {@link PlstmSequence} (one axis of positions) and {@link
 * PlstmGrid} (two).
 *
 * @param type data type of all arrays
 * @param lanes independent recurrences, N heads
 * @param width positions along the first axis: X, or T
 * @param height positions along the second axis: Y; 1 for a sequence
 * @param grid whether there is a second axis
 * @param head sizes
 */
record PlstmCoreArrays(
    DataType type, int lanes, int width, int height, boolean grid, PlstmHead head) {

  static final int Q = 0;
  static final int K = 1;
  static final int V = 2;

  /** Inputs of a sequence. */
  static final int S = 3;

  static final int T = 4;
  static final int M = 5;
  static final int D = 6;
  static final int STATE = 7;
  static final int SEQUENCE_INPUTS = 8;

  /** Inputs of a grid: sources, transitions to right or down from left or up, marks, direct. */
  static final int S_R = 3;

  static final int S_D = 4;
  static final int T_RL = 5;
  static final int T_DU = 6;
  static final int T_DL = 7;
  static final int T_RU = 8;
  static final int M_L = 9;
  static final int M_U = 10;
  static final int DIRECT = 11;
  static final int GRID_INPUTS = 12;

  private static final String[] SEQUENCE = {"Q", "K", "V", "S", "T", "M", "D", "state"};
  private static final String[] GRID = {
    "Q", "K", "V", "S_r", "S_d", "T_rl", "T_du", "T_dl", "T_ru", "M_l", "M_u", "D"
  };

  /** Checks the inputs of a sequence. */
  static PlstmCoreArrays sequence(INDArray[] inputs, DataType type) {
    return of(inputs, type, false, S, M);
  }

  /** Checks the inputs of a grid. */
  static PlstmCoreArrays grid(INDArray[] inputs, DataType type) {
    return of(inputs, type, true, S_R, M_L);
  }

  private static PlstmCoreArrays of(
      INDArray[] in, DataType type, boolean grid, int source, int mark) {
    String unit = name(grid);
    ArrayCheck.requireCount(unit, "inputs", in, grid ? GRID_INPUTS : SEQUENCE_INPUTS);
    int axes = grid ? 3 : 2;
    String[] names = grid ? GRID : SEQUENCE;
    ArrayCheck.requireRank(unit, names[Q], in[Q], type, axes + 2);
    ArrayCheck.requireRank(unit, names[V], in[V], type, axes + 2);
    ArrayCheck.requireRank(unit, names[source], in[source], type, axes + 3);
    ArrayCheck.requireRank(unit, names[mark], in[mark], type, axes + 3);
    PlstmHead head =
        new PlstmHead(
            size(in[Q], axes),
            size(in[V], axes),
            size(in[source], axes),
            size(in[source], axes + 1),
            size(in[source], axes + 2),
            size(in[mark], axes),
            size(in[mark], axes + 1));
    PlstmCoreArrays arrays =
        new PlstmCoreArrays(
            type, size(in[Q], 0), size(in[Q], 1), grid ? size(in[Q], 2) : 1, grid, head);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != null || !arrays.isOptional(i)) {
        ArrayCheck.requireShape(unit, names[i], in[i], type, arrays.shape(i));
      }
    }
    return arrays;
  }

  private static int size(INDArray array, int axis) {
    return Math.toIntExact(array.size(axis));
  }

  private static String name(boolean grid) {
    return grid ? "pLSTM on a grid" : "pLSTM on a sequence";
  }

  private boolean isOptional(int input) {
    return grid ? (input >= T_RL && input <= T_RU) || input == DIRECT : input == STATE;
  }

  int positions() {
    return width * height;
  }

  /** [lanes,positions..] and the axes of one position. */
  private long[] with(long... axes) {
    long[] leading = grid ? new long[] {lanes, width, height} : new long[] {lanes, width};
    return LongStream.concat(LongStream.of(leading), LongStream.of(axes)).toArray();
  }

  long[] shape(int input) {
    if (input == Q) {
      return with(head.query());
    }
    if (input == K) {
      return with(head.key());
    }
    if (input == V) {
      return with(head.value());
    }
    return grid ? with(head.gridAxes()[input]) : sequenceShape(input);
  }

  private long[] sequenceShape(int input) {
    return switch (input) {
      case S -> with(head.source());
      case T -> with(head.transition());
      case M -> with(head.mark());
      case D -> with(head.direct());
      default -> state();
    };
  }

  /** [lanes,DK,DV,JT]. */
  long[] state() {
    return new long[] {lanes, head.keySize(), head.valueSize(), head.stateSize()};
  }

  /** [lanes,positions..,DV,JO]. */
  long[] output() {
    return with(head.output());
  }

  /** Shapes of the outputs. */
  List<long[]> outputShapes() {
    return grid ? List.of(output()) : List.of(output(), state());
  }

  /** Checks outputs or their gradients. */
  void requireOutputs(String what, INDArray[] arrays) {
    ArrayCheck.requireCount(name(grid), what, arrays, grid ? 1 : 2);
    ArrayCheck.requireShapeOrNull(name(grid), what + ": Y", arrays[0], type, output());
    if (!grid) {
      ArrayCheck.requireShapeOrNull(name(grid), what + ": state", arrays[1], type, state());
    }
  }

  /** Checks the arrays of a backward pass. */
  void requireBackward(boolean kept, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(name(grid) + ": backward without a kept forward pass");
    }
    requireOutputs("output gradients", outputGradients);
    String[] names = grid ? GRID : SEQUENCE;
    ArrayCheck.requireCount(name(grid), "input gradients", inputGradients, names.length);
    for (int i = 0; i < names.length; i++) {
      String what = "gradient of " + names[i];
      ArrayCheck.requireShapeOrNull(name(grid), what, inputGradients[i], type, shape(i));
    }
  }
}
