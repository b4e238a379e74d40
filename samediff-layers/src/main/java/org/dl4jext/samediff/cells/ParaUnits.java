package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of the cells with diagonal recurrence. */
public final class ParaUnits {

  private ParaUnits() {}

  /** The whole layer; parameters and states are those of the layout. */
  public static ParaLayerUnit layer(ParaLayout layout, Execution execution, DataType dataType) {
    return of(layout, execution, dataType, false);
  }

  /** As {@link #layer}, with the states after every step [N,T,n] among the outputs. */
  public static ParaLayerUnit everyState(
      ParaLayout layout, Execution execution, DataType dataType) {
    return of(layout, execution, dataType, true);
  }

  static ParaLayerUnit of(
      ParaLayout layout, Execution execution, DataType dataType, boolean everyState) {
    CellUnits.requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE
              ? new DoubleParaLayer(layout, everyState)
              : new FloatParaLayer(layout, everyState);
      case REFERENCE -> new ParaLayerReference(layout, dataType, everyState);
      case ARRAY -> new ParaLayerArray(layout, dataType, everyState);
    };
  }
}
