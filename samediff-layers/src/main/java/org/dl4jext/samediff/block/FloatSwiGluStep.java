package org.dl4jext.samediff.block;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of SwiGLU. */
final class FloatSwiGluStep extends FloatStatelessStep {

  private static final FloatBlocks BLOCKS = FloatBlocks.forSteps();

  private final int inputSize;
  private final int hidden;
  private final int outputSize;
  private final float[] w;
  private final float[] wo;
  private final float[] projected;
  private final float[] gated;

  FloatSwiGluStep(INDArray[] parameters, int streams) {
    super(streams);
    inputSize = Math.toIntExact(parameters[0].size(0));
    hidden = Math.toIntExact(parameters[1].size(0));
    outputSize = Math.toIntExact(parameters[1].size(1));
    float[][] copies = copy(parameters);
    w = copies[0];
    wo = copies[1];
    projected = new float[streams * 2 * hidden];
    gated = new float[streams * hidden];
  }

  @Override
  public void step(float[] x, float[] y) {
    int wide = 2 * hidden;
    BLOCKS.multiply(
        streams(), wide, inputSize, x, 0, inputSize, 1, w, 0, wide, projected, 0, wide, 1, false);
    for (int s = 0; s < streams(); s++) {
      int from = s * wide;
      BLOCKS.silu(hidden, projected, from, gated, s * hidden);
      BLOCKS.times(hidden, gated, s * hidden, projected, from + hidden, gated, s * hidden);
    }
    BLOCKS.multiply(
        streams(),
        outputSize,
        hidden,
        gated,
        0,
        hidden,
        1,
        wo,
        0,
        outputSize,
        y,
        0,
        outputSize,
        1,
        false);
  }
}
