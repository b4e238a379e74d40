package org.dl4jext.recurrent.block;

import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One of our layers inside a residual block. */
record SequenceBranch(SequenceLayer<?> layer) implements Branch {

  static SequenceBranch of(SequenceLayer<?> layer, long size) {
    SequenceLayer<?> sized = (SequenceLayer<?>) layer.clone();
    sized.setNIn(InputType.recurrent(size), true);
    return new SequenceBranch(sized);
  }

  @Override
  public List<TensorShape> parameters() {
    return layer.parameters();
  }

  @Override
  public List<TensorShape> states() {
    return layer.states();
  }

  @Override
  public boolean canStep() {
    return layer.canStep();
  }

  @Override
  public void fill(TensorShape parameter, INDArray view) {
    layer.fill(parameter, view);
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return layer.unit(execution, dataType);
  }
}
