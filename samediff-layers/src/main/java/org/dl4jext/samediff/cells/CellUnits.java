package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of the head-wise cells. */
public final class CellUnits {

  private CellUnits() {}

  /**
   * The recurrence alone. Inputs: x [B,T,input gates,H,D], already projected, without bias; R
   * [recurrent gates,H,D,D], element [g,h,d,p] carrying output p to element d; b [gates,H,D]; one
   * [B,H,D] or null for each state. Outputs: h [B,T,H,D]; the last states. The gates are in the
   * order of {@link CellKind#gateNames()}.
   */
  public static DifferentiableUnit recurrence(
      CellSpec spec, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case HOST -> dataType == DataType.DOUBLE ? new DoubleCellRule(spec) : new FloatCellRule(spec);
      case REFERENCE -> new CellRecurrenceReference(spec, dataType);
      case ARRAY -> new CellRecurrenceArray(spec, dataType);
    };
  }

  /** The whole layer; parameters and states are those of the layout. */
  public static LayerUnit layer(CellLayout layout, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE ? new DoubleCellLayer(layout) : new FloatCellLayer(layout);
      case REFERENCE -> new CellLayerReference(layout, dataType);
      case ARRAY -> new CellLayerArray(layout, dataType);
    };
  }

  static void requireFloating(DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "cell units: data type is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
  }
}
