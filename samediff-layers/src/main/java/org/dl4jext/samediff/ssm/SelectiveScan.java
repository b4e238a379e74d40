package org.dl4jext.samediff.ssm;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The diagonal selective scan, as a unit and as a SameDiff function.
 *
 * <pre>
 *   a = exp(delta_e A_en)          UNIT, in (0,1) for A below 0
 *   a = 2 exp(delta_e A_en) - 1    SIGNED, in (-1,1): can track states such as parity
 *   h_en = a h_en + delta_e x_e B_n
 *   y_e  = sum_n C_n h_en + D_e x_e
 * </pre>
 *
 * <p>Inputs: x and delta (after its softplus) [N,T,E]; A [E,S]; B and C [N,T,S]; D [E]; the state
 * [N,E,S] or null for zeros. Outputs: y [N,T,E]; the state after the last step.
 *
 * <p>Sources: Gu and Dao 2023 (Mamba); Grazzi et al. 2024 for the signed range.
 */
public final class SelectiveScan {

  /**
   * What the op computes.
   *
   * @param outputs y of every step [N,T,E]
   * @param state after the last step [N,E,S]
   */
  public record Result(SDVariable outputs, SDVariable state) {}

  private SelectiveScan() {}

  /**
   * Makes the unit.
   *
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE
   */
  public static DifferentiableUnit unit(
      EigenvalueRange range, Execution execution, DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "selective scan: data type is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE
              ? new DoubleSelectiveScan(range)
              : new FloatSelectiveScan(range);
      case REFERENCE -> new SelectiveScanReference(range, dataType);
      case ARRAY -> new SelectiveScanArray(range, dataType);
    };
  }

  /**
   * Adds the scan to a graph.
   *
   * @param state null for zeros
   */
  public static Result apply(
      SameDiff sd,
      SDVariable x,
      SDVariable delta,
      SDVariable a,
      SDVariable b,
      SDVariable c,
      SDVariable d,
      SDVariable state,
      EigenvalueRange range) {
    SDVariable[] out =
        new SelectiveScanOp(sd, range, x, delta, a, b, c, d, state).outputVariables();
    return new Result(out[0], out[1]);
  }
}
