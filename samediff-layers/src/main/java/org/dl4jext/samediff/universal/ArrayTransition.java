package org.dl4jext.samediff.universal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@code relu(y W1 + b1) W2 + b2}. */
final class ArrayTransition implements ArrayBranch {

  private final ArrayParameters parameters;
  private final INDArray drop;
  private INDArray y;
  private INDArray hidden;

  /**
   * The transition of one step.
   *
   * @param drop factors of the hidden values [N T,F]; null for none
   */
  ArrayTransition(ArrayParameters parameters, INDArray drop) {
    this.parameters = parameters;
    this.drop = drop;
  }

  @Override
  public INDArray forward(INDArray input) {
    y = input;
    hidden =
        Transforms.relu(
            Nd4j.matmul(y, parameters.get("W1")).addRowVector(parameters.get("b1")), false);
    if (drop != null) {
      hidden.muli(drop);
    }
    return Nd4j.matmul(hidden, parameters.get("W2")).addRowVector(parameters.get("b2"));
  }

  @Override
  public INDArray backward(INDArray out) {
    parameters.add("W2", Nd4j.matmul(hidden, out, true, false, false));
    parameters.add("b2", out.sum(0));
    INDArray dh = Nd4j.matmul(out, parameters.get("W2"), false, true, false).dup('c');
    dh.muli(hidden.gt(0).castTo(dh.dataType()));
    if (drop != null) {
      dh.muli(drop);
    }
    parameters.add("W1", Nd4j.matmul(y, dh, true, false, false));
    parameters.add("b1", dh.sum(0));
    return Nd4j.matmul(dh, parameters.get("W1"), false, true, false).dup('c');
  }
}
