package org.dl4jext.samediff;

import java.util.List;

/** What all executions of a layer share: names, shapes and the checks of its arrays. */
public abstract class CheckedLayerUnit implements LayerUnit {

  /** Names, shapes and checks. */
  protected final LayerArrays arrays;

  protected CheckedLayerUnit(LayerArrays arrays) {
    this.arrays = arrays;
  }

  @Override
  public final List<TensorShape> parameters() {
    return arrays.parameters();
  }

  @Override
  public final List<TensorShape> states() {
    return arrays.states();
  }

  @Override
  public final long outputSize() {
    return arrays.outputSize();
  }
}
