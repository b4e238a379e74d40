package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a QKAN-LSTM share: names, shapes and checks. */
abstract class QkanLstmUnit extends CheckedLayerUnit {

  final QkanLstmLayout layout;
  final DataType type;

  QkanLstmUnit(QkanLstmLayout layout, DataType type) {
    super(arrays(layout, type));
    this.layout = layout;
    this.type = type;
  }

  static LayerArrays arrays(QkanLstmLayout layout, DataType type) {
    return new LayerArrays(
        "QKAN-LSTM",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states());
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return new FloatQkanLstmStep(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return new DoubleQkanLstmStep(layout, parameters, streams);
  }
}
