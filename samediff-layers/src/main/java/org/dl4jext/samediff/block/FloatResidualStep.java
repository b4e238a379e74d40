package org.dl4jext.samediff.block;

import org.dl4jext.samediff.kernel.FloatStepKernel;

/** One step of {@code y = x + layer(norm(x))}. */
final class FloatResidualStep implements FloatStepKernel {

  private final FloatStepKernel norm;
  private final FloatStepKernel layer;
  private final float[] branch;

  FloatResidualStep(FloatStepKernel norm, FloatStepKernel layer, int size) {
    this.norm = norm;
    this.layer = layer;
    branch = new float[layer.streams() * size];
  }

  @Override
  public int streams() {
    return layer.streams();
  }

  @Override
  public void step(float[] x, float[] y) {
    norm.step(x, branch);
    layer.step(branch, y);
    for (int i = 0; i < branch.length; i++) {
      y[i] += x[i];
    }
  }

  @Override
  public void readState(int index, float[] to) {
    layer.readState(index, to);
  }

  @Override
  public void writeState(int index, float[] from) {
    layer.writeState(index, from);
  }

  @Override
  public void reset(int stream) {
    layer.reset(stream);
  }
}
