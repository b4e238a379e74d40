package org.dl4jext.zoo.golden;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A unit of which a case holds the first outputs alone. */
record LeadingOutputs(DifferentiableUnit unit, int given, int all) implements DifferentiableUnit {

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    unit.forward(inputs, Arrays.copyOf(outputs, all), keep);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    unit.backward(inputs, Arrays.copyOf(outputGradients, all), inputGradients);
  }
}
