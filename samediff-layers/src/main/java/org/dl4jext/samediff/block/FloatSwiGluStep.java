package org.dl4jext.samediff.block;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatVectorProduct;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of SwiGLU. */
final class FloatSwiGluStep extends FloatStatelessStep {

  private static final FloatBlocks BLOCKS = FloatBlocks.forSteps();

  private final int inputSize;
  private final int hidden;
  private final int outputSize;
  private final float[][] w;
  private final float[][] wo;
  private final float[] projected;
  private final float[] gated;
  private final float[] row;

  FloatSwiGluStep(INDArray[] parameters, int streams) {
    super(streams);
    inputSize = Math.toIntExact(parameters[0].size(0));
    hidden = Math.toIntExact(parameters[1].size(0));
    outputSize = Math.toIntExact(parameters[1].size(1));
    float[][] copies = copy(parameters);
    w = FloatVectorProduct.rows(copies[0], inputSize, 2 * hidden);
    wo = FloatVectorProduct.rows(copies[1], hidden, outputSize);
    projected = new float[2 * hidden];
    gated = new float[hidden];
    row = new float[outputSize];
  }

  @Override
  public void step(float[] x, float[] y) {
    for (int s = 0; s < streams(); s++) {
      Arrays.fill(projected, 0);
      FloatVectorProduct.add(2 * hidden, x, s * inputSize, w, projected);
      BLOCKS.silu(hidden, projected, 0, gated, 0);
      BLOCKS.times(hidden, gated, 0, projected, hidden, gated, 0);
      Arrays.fill(row, 0);
      FloatVectorProduct.add(outputSize, gated, 0, wo, row);
      System.arraycopy(row, 0, y, s * outputSize, outputSize);
    }
  }
}
