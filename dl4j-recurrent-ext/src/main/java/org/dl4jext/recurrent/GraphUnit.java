package org.dl4jext.recurrent;

import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** placeholder */
final class GraphUnit implements LayerUnit {
  record Sizes(long nIn, long nOut, List<TensorShape> parameters, List<TensorShape> states) {}

  private final Sizes sizes;

  GraphUnit(String name, Sizes sizes, DataType dataType, GraphDefinition definition) {
    this.sizes = sizes;
  }

  @Override
  public List<TensorShape> parameters() {
    return sizes.parameters();
  }

  @Override
  public List<TensorShape> states() {
    return sizes.states();
  }

  @Override
  public long outputSize() {
    return sizes.nOut();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    throw new UnsupportedOperationException();
  }
}
