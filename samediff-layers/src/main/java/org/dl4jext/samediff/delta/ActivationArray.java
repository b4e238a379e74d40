package org.dl4jext.samediff.delta;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** An {@link Activation} as array operations, forward and backward. */
final class ActivationArray {

  private final Activation activation;
  private final Arena arena;
  private INDArray sigmoid;
  private INDArray y;

  ActivationArray(Activation activation, Arena arena) {
    this.activation = activation;
    this.arena = arena;
  }

  /** f(x) in a new array of c order. */
  INDArray forward(INDArray x) {
    y = arena.copy(x);
    switch (activation) {
      case SILU -> {
        sigmoid = arena.sigmoid(y);
        y.muli(sigmoid);
      }
      case RELU -> Transforms.max(y, 0, false);
      case ELU_PLUS_ONE -> {
        INDArray exponential = Transforms.exp(Transforms.min(arena.copy(y), 0, false), false);
        Transforms.max(y, 0, false).addi(exponential);
      }
      case IDENTITY -> {}
    }
    return y;
  }

  /** Turns the gradient of f(x) into that of x, in place. */
  INDArray backward(Arena to, INDArray dy) {
    return switch (activation) {
      case SILU -> {
        INDArray slope = to.times(y, sigmoid);
        Arena.minusInto(y, slope, slope);
        yield dy.muli(slope.addi(sigmoid));
      }
      case RELU -> dy.muli(to.copy(y.gt(0)));
      case ELU_PLUS_ONE -> dy.muli(Transforms.min(to.copy(y), 1, false));
      case IDENTITY -> dy;
    };
  }
}
