package org.dl4jext.samediff.block;

import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step kernel that carries nothing from step to step. */
abstract class FloatStatelessStep implements FloatStepKernel {

  private final int streams;

  FloatStatelessStep(int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("streams is " + streams + "; allowed: 1 or more");
    }
    this.streams = streams;
  }

  /** The values of parameters, row after row. */
  static float[][] copy(INDArray[] parameters) {
    FloatHostArrays arrays = new FloatHostArrays();
    float[][] copies = new float[parameters.length][];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = new float[Math.toIntExact(parameters[i].length())];
      arrays.read(parameters[i], copies[i], 0);
    }
    return copies;
  }

  @Override
  public final int streams() {
    return streams;
  }

  @Override
  public final void readState(int index, float[] to) {
    throw new IndexOutOfBoundsException("no state " + index + ": the layer carries none");
  }

  @Override
  public final void writeState(int index, float[] from) {
    throw new IndexOutOfBoundsException("no state " + index + ": the layer carries none");
  }

  @Override
  public final void reset(int stream) {}
}
