package org.dl4jext.samediff.qkan;

import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a QKAN layer share: names, shapes and checks. */
abstract class QkanLayerUnit implements LayerUnit {

  final QkanLayout layout;
  final QkanArrays arrays;
  final DataType type;

  QkanLayerUnit(QkanLayout layout, DataType type) {
    this.layout = layout;
    this.arrays = QkanArrays.of(layout, type);
    this.type = type;
  }

  @Override
  public final List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public final List<TensorShape> states() {
    return List.of();
  }

  @Override
  public final long outputSize() {
    return layout.outputSize();
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
