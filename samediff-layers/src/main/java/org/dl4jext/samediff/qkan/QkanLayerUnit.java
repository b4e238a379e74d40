package org.dl4jext.samediff.qkan;

import java.util.List;
import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a QKAN layer share: names, shapes and checks. */
abstract class QkanLayerUnit extends CheckedLayerUnit {

  final QkanLayout layout;
  final DataType type;

  QkanLayerUnit(QkanLayout layout, DataType type) {
    super(arrays(layout, type));
    this.layout = layout;
    this.type = type;
  }

  static LayerArrays arrays(QkanLayout layout, DataType type) {
    return new LayerArrays(
        "QKAN layer",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        List.of());
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return new FloatQkanLayerStep(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return new DoubleQkanLayerStep(layout, parameters, streams);
  }
}
