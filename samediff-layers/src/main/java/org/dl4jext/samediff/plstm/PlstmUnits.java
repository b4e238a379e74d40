package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of whole pLSTM layers. */
public final class PlstmUnits {

  private PlstmUnits() {}

  /**
   * A layer on sequences.
   *
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE
   */
  public static LayerUnit layer(PlstmLayout layout, Execution execution, DataType dataType) {
    PlstmGrid.requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE ? new DoublePlstmLayer(layout) : new FloatPlstmLayer(layout);
      case REFERENCE -> new PlstmLayerReference(layout, dataType);
      case ARRAY -> new PlstmLayerArray(layout, dataType);
    };
  }

  /**
   * A layer on grids.
   *
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE
   */
  public static GridUnit gridLayer(PlstmGridLayout layout, Execution execution, DataType dataType) {
    PlstmGrid.requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE
              ? new DoublePlstmGridLayer(layout)
              : new FloatPlstmGridLayer(layout);
      case REFERENCE -> new PlstmGridLayerReference(layout, dataType);
      case ARRAY -> new PlstmGridLayerArray(layout, dataType);
    };
  }
}
