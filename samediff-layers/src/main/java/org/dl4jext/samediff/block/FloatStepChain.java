package org.dl4jext.samediff.block;

import java.util.List;
import org.dl4jext.samediff.kernel.FloatStepKernel;

/** Step kernels one after another. The states are numbered through, first kernel first. */
public final class FloatStepChain implements FloatStepKernel {

  private final FloatStepKernel[] kernels;
  private final int[] firstState;
  private final float[][] between;

  /**
   * A chain.
   *
   * @param kernels at least one; all with the same number of streams
   * @param outputSizes channels of each kernel's output
   * @param states number of states of each kernel
   */
  public FloatStepChain(
      List<FloatStepKernel> kernels, List<Integer> outputSizes, List<Integer> states) {
    this.kernels = kernels.toArray(new FloatStepKernel[0]);
    firstState = new int[kernels.size() + 1];
    between = new float[kernels.size() - 1][];
    for (int i = 0; i < kernels.size(); i++) {
      firstState[i + 1] = firstState[i] + states.get(i);
      if (i < between.length) {
        between[i] = new float[kernels.get(i).streams() * outputSizes.get(i)];
      }
    }
  }

  @Override
  public int streams() {
    return kernels[0].streams();
  }

  @Override
  public void step(float[] x, float[] y) {
    float[] from = x;
    for (int i = 0; i < kernels.length; i++) {
      float[] to = i < between.length ? between[i] : y;
      kernels[i].step(from, to);
      from = to;
    }
  }

  @Override
  public void readState(int index, float[] to) {
    int owner = owner(index);
    kernels[owner].readState(index - firstState[owner], to);
  }

  @Override
  public void writeState(int index, float[] from) {
    int owner = owner(index);
    kernels[owner].writeState(index - firstState[owner], from);
  }

  private int owner(int index) {
    for (int i = 0; i < kernels.length; i++) {
      if (index >= firstState[i] && index < firstState[i + 1]) {
        return i;
      }
    }
    throw new IndexOutOfBoundsException(
        "state " + index + "; allowed: 0 to " + (firstState[kernels.length] - 1));
  }

  @Override
  public void reset(int stream) {
    for (FloatStepKernel kernel : kernels) {
      kernel.reset(stream);
    }
  }
}
