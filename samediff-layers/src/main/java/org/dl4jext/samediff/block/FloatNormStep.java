package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of RMS norm or layer norm. */
final class FloatNormStep extends FloatStatelessStep {

  private final NormSpec spec;
  private final int size;
  private final float[][] parameters;

  FloatNormStep(NormSpec spec, long size, INDArray[] parameters, int streams) {
    super(streams);
    this.spec = spec;
    this.size = Math.toIntExact(size);
    this.parameters = copy(parameters);
  }

  @Override
  public void step(float[] x, float[] y) {
    for (int s = 0; s < streams(); s++) {
      FloatNorm.forwardRow(spec, size, x, s * size, parameters, y);
    }
  }
}
