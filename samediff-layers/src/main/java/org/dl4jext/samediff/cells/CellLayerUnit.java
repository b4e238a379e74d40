package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a head-wise layer share: names, shapes, checks and step kernels. */
abstract class CellLayerUnit extends CheckedLayerUnit {

  static final int W = FIRST_PARAMETER;
  static final int R = FIRST_PARAMETER + 1;
  static final int BIAS = FIRST_PARAMETER + 2;

  final CellLayout layout;

  CellLayerUnit(CellLayout layout, DataType type) {
    super(arrays(layout, type));
    this.layout = layout;
  }

  static LayerArrays arrays(CellLayout layout, DataType type) {
    return new LayerArrays(
        layout.kind() + " layer",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states());
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return new FloatCellStepKernel(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return new DoubleCellStepKernel(layout, parameters, streams);
  }
}
