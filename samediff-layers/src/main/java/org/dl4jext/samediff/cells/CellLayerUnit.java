package org.dl4jext.samediff.cells;

import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a head-wise layer share: names, shapes, checks and step kernels. */
abstract class CellLayerUnit implements LayerUnit {

  static final int W = FIRST_PARAMETER;
  static final int R = FIRST_PARAMETER + 1;
  static final int BIAS = FIRST_PARAMETER + 2;

  final CellLayout layout;
  final LayerArrays arrays;

  CellLayerUnit(CellLayout layout, DataType type) {
    this.layout = layout;
    this.arrays = arrays(layout, type);
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
  public final List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public final List<TensorShape> states() {
    return layout.states();
  }

  @Override
  public final long outputSize() {
    return layout.outputSize();
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return new FloatCellStepKernel(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return new DoubleCellStepKernel(layout, parameters, streams);
  }

  /** Refuses a backward pass without a kept forward pass, and arrays that do not fit. */
  final void requireBackward(
      boolean kept, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(arrays.unit() + ": backward without a kept forward pass");
    }
    arrays.requireInputs(inputs);
    arrays.requireOutputs("output gradients", inputs, outputGradients);
    arrays.requireInputGradients(inputs, inputGradients);
  }
}
