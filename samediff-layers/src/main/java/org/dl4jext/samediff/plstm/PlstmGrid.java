package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The recurrence of pLSTM on a grid whose edges lead to the right (first axis) and down (second
 * axis), as a unit and as a SameDiff function.
 *
 * <pre>
 *   l = C_r[x-1,y], u = C_d[x,y-1], zero at the border
 *   Y   = s Q (M_l l + M_u u + D K V)
 *   C_r = T_rl l + T_ru u + S_r K V
 *   C_d = T_du u + T_dl l + S_d K V
 * </pre>
 *
 * <p>Index positions are those of {@link PlstmSequence}. Inputs, with b lanes: Q, K, V, S_r, S_d,
 * T_rl, T_du, T_dl, T_ru, M_l, M_u, D, each [b,X,Y,..] with the axes of {@link PlstmSequence} after
 * the positions; transitions and D may be null for zeros. Output: Y [b,X,Y,DV,JO]. X and Y are
 * free.
 *
 * <p>Source: arXiv 2506.11997, section 3.
 */
public final class PlstmGrid {

  private PlstmGrid() {}

  /** Makes the unit with the usual blocks. */
  public static DifferentiableUnit unit(double scale, Execution execution, DataType dataType) {
    return unit(scale, 0, execution, dataType);
  }

  /**
   * Makes the unit. The result does not depend on the block.
   *
   * @param scale s, factor on Y
   * @param block columns between which HOST keeps states; 0 for about the root of X
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE, the block is
   *     negative or the scale not finite
   */
  public static DifferentiableUnit unit(
      double scale, int block, Execution execution, DataType dataType) {
    return unit(true, scale, block, execution, dataType);
  }

  static DifferentiableUnit unit(
      boolean grid, double scale, int chunk, Execution execution, DataType dataType) {
    requireFloating(dataType);
    if (chunk < 0 || !Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "pLSTM: scale is "
              + scale
              + " and the chunk is "
              + chunk
              + "; allowed: a finite scale and a chunk of 0 or more");
    }
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE
              ? new DoublePlstmCore(grid, scale, chunk)
              : new FloatPlstmCore(grid, scale, chunk);
      case REFERENCE -> new PlstmReference(grid, scale, dataType);
      case ARRAY -> new PlstmArray(grid, scale, dataType, chunk);
    };
  }

  static void requireFloating(DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "pLSTM: data type is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
  }

  /**
   * Adds the recurrence to a graph.
   *
   * @param inputs Q, K, V, S_r, S_d, T_rl, T_du, T_dl, T_ru, M_l, M_u, D; a transition or D may be
   *     null
   * @param scale s, factor on Y
   * @return Y [b,X,Y,DV,JO]
   */
  public static SDVariable apply(SameDiff sd, List<SDVariable> inputs, double scale) {
    if (inputs.size() != PlstmCoreArrays.GRID_INPUTS) {
      throw new IllegalArgumentException(
          "pLSTM on a grid: " + inputs.size() + " inputs; allowed: " + PlstmCoreArrays.GRID_INPUTS);
    }
    return new PlstmGridOp(sd, scale, inputs.toArray(new SDVariable[0])).outputVariables()[0];
  }
}
