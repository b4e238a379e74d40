package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One forward pass of an {@code ARRAY} execution, whose arrays lead back to its inputs once. */
final class ArrayTape {

  private final List<TapeArray> all = new ArrayList<>();
  private final TapeArray[] inputs;
  private TapeArray[] outputs;

  /** Begins with copies of the inputs; null for those that are absent or have no gradient. */
  ArrayTape(INDArray... inputs) {
    this.inputs = new TapeArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      this.inputs[i] = inputs[i] == null ? null : new TapeArray(this, inputs[i].dup('c'));
    }
  }

  TapeArray[] inputs() {
    return inputs;
  }

  /** Notes an array after those it was made from. */
  void add(TapeArray array) {
    all.add(array);
  }

  /** Ends with outputs, which are copied to the arrays that are not null. */
  void end(TapeArray[] results, INDArray[] to) {
    outputs = results;
    for (int i = 0; i < to.length; i++) {
      if (to[i] != null) {
        to[i].assign(results[i].value());
      }
    }
  }

  /** From the gradients of outputs to those of inputs; null for zero and for not wanted. */
  void backward(INDArray[] outputGradients, INDArray[] inputGradients) {
    for (int i = 0; i < outputs.length; i++) {
      if (outputGradients[i] != null) {
        outputs[i].receive(outputGradients[i].dup('c'));
      }
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      all.get(i).handBack();
    }
    for (int i = 0; i < inputs.length; i++) {
      if (inputGradients[i] != null) {
        inputGradients[i].assign(inputs[i].gradient());
      }
    }
  }
}
