package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of the QKAN family. */
public final class QkanUnits {

  private QkanUnits() {}

  /** A QKAN layer, or single activations, on each step by itself. */
  public static LayerUnit layer(QkanLayout layout, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE ? new DoubleQkanLayer(layout) : new FloatQkanLayer(layout);
      case REFERENCE -> new QkanLayerReference(layout, dataType);
      case ARRAY -> new QkanLayerArray(layout, dataType);
    };
  }

  /** A whole QKAN-LSTM or HQKAN-LSTM. */
  public static LayerUnit lstm(QkanLstmLayout layout, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE ? new DoubleQkanLstm(layout) : new FloatQkanLstm(layout);
      case REFERENCE -> new QkanLstmReference(layout, dataType);
      case ARRAY -> new QkanLstmArray(layout, dataType);
    };
  }

  private static void requireFloating(DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "QKAN units: data type is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
  }
}
