package org.dl4jext.samediff.block;

import java.util.List;
import java.util.function.BiFunction;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The host execution of a layer that maps each step by itself: a kernel of one data type, and the
 * step kernels of both.
 */
record HostRowUnit(
    RowLayout layout,
    DifferentiableUnit kernel,
    BiFunction<INDArray[], Integer, FloatStepKernel> floatStep,
    BiFunction<INDArray[], Integer, DoubleStepKernel> doubleStep)
    implements LayerUnit {

  @Override
  public List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public List<TensorShape> states() {
    return List.of();
  }

  @Override
  public long outputSize() {
    return layout.outputSize();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    kernel.forward(inputs, outputs, keep);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    kernel.backward(inputs, outputGradients, inputGradients);
  }

  @Override
  public FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return floatStep.apply(parameters, streams);
  }

  @Override
  public DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return doubleStep.apply(parameters, streams);
  }
}
