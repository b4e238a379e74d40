package org.dl4jext.samediff.delta;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Normalisation of the rows of an array [R,K] as array operations. */
final class DeltaRowNorm {

  private final QueryKeyNorm norm;
  private final double eps;
  private final Arena arena;
  private INDArray inverse;
  private INDArray y;

  DeltaRowNorm(QueryKeyNorm norm, double eps, Arena arena) {
    this.norm = norm;
    this.eps = eps;
    this.arena = arena;
  }

  /** The normalised rows. */
  INDArray forward(INDArray x) {
    switch (norm) {
      case L2 -> inverse = Transforms.sqrt(arena.dot(x, x, 1).addi(eps), false).rdivi(1);
      case SUM -> inverse = arena.sum(x, 1).rdivi(1);
      case NONE -> {
        return x;
      }
    }
    y = arena.times(x, inverse.reshape(x.size(0), 1));
    return y;
  }

  /** Turns the gradient of the normalised rows into that of the rows, in place. */
  INDArray backward(Arena to, INDArray dy) {
    if (norm == QueryKeyNorm.NONE) {
      return dy;
    }
    INDArray along = to.dot(dy, y, 1).reshape(dy.size(0), 1);
    Arena.minusInto(dy, norm == QueryKeyNorm.L2 ? to.times(y, along) : along, dy);
    return Arena.timesInto(dy, inverse.reshape(dy.size(0), 1), dy);
  }
}
