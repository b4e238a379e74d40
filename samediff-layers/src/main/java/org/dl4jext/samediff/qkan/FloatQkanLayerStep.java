package org.dl4jext.samediff.qkan;

import java.util.stream.Stream;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps a QKAN layer, which has no state. */
final class FloatQkanLayerStep implements FloatStepKernel {

  private final FloatQkanMap map;
  private final int inputs;
  private final int outputs;
  private final int streams;

  FloatQkanLayerStep(QkanLayout layout, INDArray[] parameters, int streams) {
    FloatQkanCircuits circuits = new FloatQkanCircuits(layout);
    circuits.set(read(parameters));
    map = new FloatQkanMap(layout, circuits, FloatBlocks.forSteps());
    inputs = layout.inputSize();
    outputs = layout.outputSize();
    this.streams = streams;
  }

  static float[][] read(INDArray[] parameters) {
    return Stream.of(parameters).map(FloatHostArrays::copy).toArray(float[][]::new);
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(float[] x, float[] y) {
    for (int s = 0; s < streams; s++) {
      map.forward(x, s * inputs, y, s * outputs);
    }
  }

  @Override
  public void readState(int index, float[] to) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public void writeState(int index, float[] from) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public void reset(int stream) {
    // There is no state.
  }
}
