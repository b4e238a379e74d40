package org.dl4jext.samediff.delta;

import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the delta layer's float and double forms on Java arrays have in common. */
abstract class DeltaLayerHost implements LayerUnit {

  final DeltaLayout layout;

  DeltaLayerHost(DeltaLayout layout) {
    this.layout = layout;
  }

  @Override
  public final List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public final List<TensorShape> states() {
    return layout.states();
  }

  @Override
  public final long outputSize() {
    return layout.outputSize();
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    check(parameters, streams);
    return new FloatDeltaStepKernel(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    check(parameters, streams);
    return new DoubleDeltaStepKernel(layout, parameters, streams);
  }

  private void check(INDArray[] given, int streams) {
    List<TensorShape> needed = parameters();
    if (streams < 1) {
      throw new IllegalArgumentException(
          "delta layer: streams is " + streams + "; allowed: 1 and more");
    }
    if (given.length != needed.size()) {
      throw new IllegalArgumentException(
          "delta layer: " + given.length + " parameters; allowed: " + needed);
    }
    for (int i = 0; i < given.length; i++) {
      if (given[i] == null || !java.util.Arrays.equals(given[i].shape(), needed.get(i).toArray())) {
        throw new IllegalArgumentException(
            "delta layer: parameter "
                + needed.get(i).name()
                + " is "
                + (given[i] == null ? "null" : java.util.Arrays.toString(given[i].shape()))
                + "; allowed: "
                + needed.get(i).shape());
      }
    }
  }
}
