package org.dl4jext.samediff.delta;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The constant matrices of a chunk of c tokens with n micro-steps each, L = c n: which rows a row
 * may see, running sums, and the parts of the block recursion.
 */
final class DeltaChunkMasks {

  /** Size of the blocks that are inverted by a finite series. */
  private static final int BASE = 4;

  /** Added to an exponent, it makes the exponential 0. */
  private static final double HIDDEN = -1e30;

  /** Tells which pairs (row, column) belong to a mask. */
  private interface Pairs {
    boolean contains(int row, int column);
  }

  final int tokens;
  final int householders;
  final DataType type;

  /** [1,L,L]: 1 below the diagonal. */
  final INDArray below;

  /** [1,L,L]: 0 below the diagonal, elsewhere a number whose exponential is 0. */
  final INDArray hideAbove;

  /** [1,c,L]: 1 where the read of a token sees a micro-step. */
  final INDArray seen;

  /** [1,c,L]: 0 where it sees it, elsewhere a number whose exponential is 0. */
  final INDArray hideUnseen;

  /** [1,L,L]: the unit matrix. */
  final INDArray unit;

  /** [1,L,L]: the blocks on the diagonal that are inverted first. */
  final INDArray base;

  /** [1,L,L] each: the lower left quarters of the blocks of twice the size, smallest first. */
  final List<INDArray> quarters;

  /** [c,c]: row vector times this = running sums. */
  final INDArray running;

  DeltaChunkMasks(int tokens, int householders, DataType type) {
    this.tokens = tokens;
    this.householders = householders;
    this.type = type;
    int rows = tokens * householders;
    below = matrix(rows, rows, (i, j) -> i > j, 1, 0);
    hideAbove = matrix(rows, rows, (i, j) -> i > j, 0, HIDDEN);
    seen = matrix(tokens, rows, (t, j) -> j < (t + 1) * householders, 1, 0);
    hideUnseen = matrix(tokens, rows, (t, j) -> j < (t + 1) * householders, 0, HIDDEN);
    unit = matrix(rows, rows, (i, j) -> i == j, 1, 0);
    base = matrix(rows, rows, (i, j) -> i / BASE == j / BASE, 1, 0);
    quarters = new ArrayList<>();
    for (int size = BASE; size < rows; size *= 2) {
      int s = size;
      quarters.add(matrix(rows, rows, (i, j) -> i / s == j / s + 1 && j / s % 2 == 0, 1, 0));
    }
    running = matrix(tokens, tokens, (i, j) -> i <= j, 1, 0).reshape(tokens, tokens);
  }

  private INDArray matrix(int rows, int columns, Pairs pairs, double in, double out) {
    double[] values = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        values[i * columns + j] = pairs.contains(i, j) ? in : out;
      }
    }
    INDArray detached = Nd4j.createUninitializedDetached(type, values.length);
    return detached.assign(Nd4j.createFromArray(values)).reshape('c', 1, rows, columns);
  }
}
