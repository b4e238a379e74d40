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
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import java.util.Arrays;

/**
 * Walks the cells of one {@link FloatPlstmLane}, column after column: the recurrence of {@link
 * PlstmGrid} and, where the second axis has one position and no states of its own, of {@link
 * PlstmSequence}; {@link PlstmReference} is its slow form.
 *
 * <p>A training pass keeps the states between blocks of columns only; the backward pass runs each
 * block again. One instance for each worker.
 */
final class FloatPlstmWalk {

  private final FloatPlstmCellGradient cell;

  /** Null where gates are matrices. */
  private final FloatPlstmScalarCell scalar;

  private final int size;
  private int width;
  private int height;

  private final FloatPlstmStates states;

  /** Gradients of the two states that enter a cell. */
  private final float[] dNext;

  /** The sum of both states of a cell whose gates treat them alike. */
  private final float[] both;

  FloatPlstmWalk(PlstmHead head, float scale) {
    cell = new FloatPlstmCellGradient(head, scale);
    scalar = FloatPlstmScalarCell.of(head, scale);
    size = head.stateLength();
    both = new float[size];
    states = new FloatPlstmStates(size);
    dNext = new float[2 * size];
  }

  /** Whether gates treat the two states of a cell alike, as in P-mode. */
  private static boolean alike(FloatPlstmField[] in) {
    return in[M_U] != null
        && in[M_L].equals(in[M_U])
        && in[T_RL] != null
        && in[T_RL].equals(in[T_RU])
        && in[T_DU] != null
        && in[T_DU].equals(in[T_DL]);
  }

  private void addBoth(int at, boolean hasUp) {
    System.arraycopy(states.right, at, both, 0, size);
    for (int i = 0; hasUp && i < size; i++) {
      both[i] += states.down[at + i];
    }
  }

  /** Columns of a block, about the root of all. */
  static int block(int width, int wanted) {
    return wanted > 0 ? Math.min(wanted, width) : (int) Math.ceil(Math.sqrt(width));
  }

  /** Elements of the kept states of one lane. */
  static long savedLength(PlstmCoreArrays arrays, int block) {
    int blocks = (arrays.width() + block - 1) / block;
    return (long) blocks * arrays.height() * arrays.head().stateLength();
  }

  private void prepare(PlstmCoreArrays arrays, int columns) {
    width = arrays.width();
    height = arrays.height();
    states.prepare(columns, height);
  }

  /**
   * Forward.
   *
   * @param state JT DK DV elements for each position of the second axis, which enter the first
   *     column; overwritten by those that leave the last
   * @param saved room for the states before each block, or null
   */
  void forward(
      PlstmCoreArrays arrays,
      FloatPlstmLane lane,
      int block,
      float[] state,
      int stateAt,
      float[] saved,
      int savedAt) {
    prepare(arrays, block);
    int column = height * size;
    System.arraycopy(state, stateAt, states.right, 0, column);
    for (int first = 0; first < width; first += block) {
      int columns = Math.min(block, width - first);
      if (saved != null) {
        System.arraycopy(states.right, 0, saved, savedAt + first / block * column, column);
      }
      run(lane, first, columns, true);
      System.arraycopy(states.right, columns * column, states.right, 0, column);
    }
    System.arraycopy(states.right, 0, state, stateAt, column);
  }

  /** Runs the columns of a block from {@code right}. */
  private void run(FloatPlstmLane lane, int first, int columns, boolean outputs) {
    FloatPlstmField[] in = lane.in();
    boolean alike = alike(in);
    for (int x = 0; x < columns; x++) {
      states.clearDown(x * height * size);
      for (int y = 0; y < height; y++) {
        int position = lane.position(first + x, y, width, height);
        int l = (x * height + y) * size;
        if (scalar != null) {
          scalar.forward(lane, position, states, l, l + height * size, outputs);
          continue;
        }
        cell.begin(in, position);
        if (alike) {
          runAlike(lane, position, l, outputs, y);
        } else {
          runGeneral(lane, position, l, outputs, y);
        }
      }
    }
  }

  private void runGeneral(FloatPlstmLane lane, int position, int l, boolean outputs, int y) {
    FloatPlstmField[] in = lane.in();
    if (outputs) {
      cell.read(in, M_L, position, states.right, l);
      if (in[M_U] != null && y > 0) {
        cell.read(in, M_U, position, states.down, l);
      }
      if (in[DIRECT] != null) {
        cell.direct(in, position);
      }
      cell.finish(lane.out(), position);
    }
    int r = l + height * size;
    next(in, T_RL, T_RU, position, l, y > 0, states.right, r);
    cell.write(in, S_R, position, states.right, r);
    if (in[S_D] != null && y + 1 < height) {
      next(in, T_DL, T_DU, position, l, y > 0, states.down, l + size);
      cell.write(in, S_D, position, states.down, l + size);
    }
  }

  private void runAlike(FloatPlstmLane lane, int position, int l, boolean outputs, int y) {
    FloatPlstmField[] in = lane.in();
    addBoth(l, y > 0);
    if (outputs) {
      cell.read(in, M_L, position, both, 0);
      if (in[DIRECT] != null) {
        cell.direct(in, position);
      }
      cell.finish(lane.out(), position);
    }
    int r = l + height * size;
    cell.move(in[T_RL], position, both, 0, states.right, r);
    cell.write(in, S_R, position, states.right, r);
    if (y + 1 < height) {
      cell.move(in[T_DU], position, both, 0, states.down, l + size);
      cell.write(in, S_D, position, states.down, l + size);
    }
  }

  /** next = T left + T' up, where the state from above is zero in the first row. */
  private void next(
      FloatPlstmField[] in,
      int fromLeft,
      int fromUp,
      int position,
      int at,
      boolean hasUp,
      float[] next,
      int to) {
    Arrays.fill(next, to, to + size, 0);
    if (in[fromLeft] != null) {
      cell.addMoved(in[fromLeft], position, states.right, at, next, to);
    }
    if (in[fromUp] != null && hasUp) {
      cell.addMoved(in[fromUp], position, states.down, at, next, to);
    }
  }

  /**
   * Backward.
   *
   * @param lane the inputs of the forward pass; its output holds the gradient of Y
   * @param gradients of the inputs, added to
   * @param state the gradient of the last states; overwritten by that of the first
   */
  void backward(
      PlstmCoreArrays arrays,
      FloatPlstmLane lane,
      FloatPlstmField[] gradients,
      int block,
      float[] saved,
      int savedAt,
      float[] state,
      int stateAt) {
    prepare(arrays, block);
    int column = height * size;
    states.prepareGradients(height);
    System.arraycopy(state, stateAt, states.dRight, 0, column);
    for (int first = (width - 1) / block * block; first >= 0; first -= block) {
      int columns = Math.min(block, width - first);
      System.arraycopy(saved, savedAt + first / block * column, states.right, 0, column);
      run(lane, first, columns, false);
      for (int x = columns - 1; x >= 0; x--) {
        Arrays.fill(states.dDown, 0, size, 0);
        for (int y = height - 1; y >= 0; y--) {
          backward(lane, gradients, first + x, y, (x * height + y) * size);
        }
      }
    }
    System.arraycopy(states.dRight, 0, state, stateAt, column);
  }

  /** dRight and dDown turn from gradients of what leaves a cell into those of what enters it. */
  private void backward(FloatPlstmLane lane, FloatPlstmField[] gradients, int x, int y, int at) {
    FloatPlstmField[] in = lane.in();
    int position = lane.position(x, y, width, height);
    boolean hasUp = y > 0 && in[M_U] != null;
    boolean hasDown = in[S_D] != null && y + 1 < height;
    if (scalar != null) {
      scalar.backward(lane, gradients, position, states, at, y * size);
      return;
    }
    cell.beginBackward(in, lane.out(), position);
    Arrays.fill(dNext, 0, 2 * size, 0);
    if (alike(in)) {
      backwardAlike(in, gradients, position, y, at, hasUp, hasDown);
      return;
    }
    cell.readBackward(in, gradients, M_L, position, states.right, at, dNext, 0);
    if (hasUp) {
      cell.readBackward(in, gradients, M_U, position, states.down, at, dNext, size);
    }
    if (in[DIRECT] != null) {
      cell.directBackward(in, gradients, position);
    }
    moved(in, gradients, T_RL, position, states.right, at, states.dRight, y * size, 0);
    cell.writeBackward(in, gradients, S_R, position, states.dRight, y * size);
    if (hasUp) {
      moved(in, gradients, T_RU, position, states.down, at, states.dRight, y * size, size);
    }
    if (hasDown) {
      cell.writeBackward(in, gradients, S_D, position, states.dDown, 0);
      moved(in, gradients, T_DL, position, states.right, at, states.dDown, 0, 0);
      if (hasUp) {
        moved(in, gradients, T_DU, position, states.down, at, states.dDown, 0, size);
      }
    }
    cell.finishBackward(gradients[V], position);
    System.arraycopy(dNext, 0, states.dRight, y * size, size);
    System.arraycopy(dNext, size, states.dDown, 0, size);
  }

  private void backwardAlike(
      FloatPlstmField[] in,
      FloatPlstmField[] gradients,
      int position,
      int y,
      int at,
      boolean hasUp,
      boolean hasDown) {
    addBoth(at, hasUp);
    cell.readBackward(in, gradients, M_L, position, both, 0, dNext, 0);
    if (in[DIRECT] != null) {
      cell.directBackward(in, gradients, position);
    }
    moved(in, gradients, T_RL, position, both, 0, states.dRight, y * size, 0);
    cell.writeBackward(in, gradients, S_R, position, states.dRight, y * size);
    if (hasDown) {
      moved(in, gradients, T_DU, position, both, 0, states.dDown, 0, 0);
      cell.writeBackward(in, gradients, S_D, position, states.dDown, 0);
    }
    cell.finishBackward(gradients[V], position);
    System.arraycopy(dNext, 0, states.dRight, y * size, size);
    if (hasUp) {
      System.arraycopy(dNext, 0, states.dDown, 0, size);
    } else {
      Arrays.fill(states.dDown, 0, size, 0);
    }
  }

  private void moved(
      FloatPlstmField[] in,
      FloatPlstmField[] gradients,
      int gate,
      int position,
      float[] c,
      int at,
      float[] dOut,
      int from,
      int to) {
    if (in[gate] != null) {
      cell.moveBackward(in[gate], gradients[gate], position, c, at, dOut, from, dNext, to);
    }
  }
}
