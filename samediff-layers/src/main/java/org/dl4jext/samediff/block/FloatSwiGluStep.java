package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of SwiGLU. */
final class FloatSwiGluStep extends FloatStatelessStep {

  private final int inputSize;
  private final int hidden;
  private final int outputSize;
  private final float[][] parameters;
  private final float[] projected;
  private final float[] gated;

  FloatSwiGluStep(INDArray[] parameters, int streams) {
    super(streams);
    inputSize = Math.toIntExact(parameters[0].size(0));
    hidden = Math.toIntExact(parameters[1].size(0));
    outputSize = Math.toIntExact(parameters[1].size(1));
    this.parameters = copy(parameters);
    projected = new float[streams * 2 * hidden];
    gated = new float[streams * hidden];
  }

  @Override
  public void step(float[] x, float[] y) {
    FloatHost.product(streams(), 2 * hidden, inputSize, x, parameters[0], projected);
    FloatSwiGlu.gate(streams(), hidden, projected, gated);
    FloatHost.product(streams(), outputSize, hidden, gated, parameters[1], y);
  }
}
