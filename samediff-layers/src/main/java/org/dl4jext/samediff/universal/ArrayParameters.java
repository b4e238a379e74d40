package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameters by name as arrays, and the sums of their gradients. */
final class ArrayParameters {

  private final UniversalLayout layout;
  private final INDArray[] values;
  private final INDArray[] gradients;

  ArrayParameters(UniversalLayout layout, INDArray[] inputs) {
    this.layout = layout;
    int count = layout.parameters().size();
    values = new INDArray[count];
    gradients = new INDArray[count];
    for (int i = 0; i < count; i++) {
      values[i] = inputs[LayerUnit.FIRST_PARAMETER + i].dup('c');
      gradients[i] = values[i].like();
    }
  }

  INDArray get(String name) {
    return values[layout.index(name)];
  }

  INDArray gradient(String name) {
    return gradients[layout.index(name)];
  }

  /** Adds to a gradient, whatever axes of size 1 there are. */
  void add(String name, INDArray gradient) {
    INDArray to = gradient(name);
    to.addi(gradient.dup('c').reshape('c', to.shape()));
  }

  /** Overwrites the wanted gradients. */
  void write(INDArray[] inputGradients) {
    for (int i = 0; i < gradients.length; i++) {
      INDArray to = inputGradients[LayerUnit.FIRST_PARAMETER + i];
      if (to != null) {
        to.assign(gradients[i]);
      }
    }
  }
}
