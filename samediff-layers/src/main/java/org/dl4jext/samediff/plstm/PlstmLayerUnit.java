package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a pLSTM layer on sequences share: names, shapes and checks. */
abstract class PlstmLayerUnit extends CheckedLayerUnit {

  final PlstmLayout layout;
  final DataType type;

  PlstmLayerUnit(PlstmLayout layout, DataType type) {
    super(arrays(layout, type));
    this.layout = layout;
    this.type = type;
  }

  static LayerArrays arrays(PlstmLayout layout, DataType type) {
    return new LayerArrays(
        PlstmLayout.LAYER,
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states());
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return new FloatPlstmStepKernel(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return new DoublePlstmStepKernel(layout, parameters, streams);
  }
}
