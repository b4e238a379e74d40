package org.dl4jext.samediff.memory;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Rows [R,S] divided by their length, {@code sqrt(sum x^2 + eps)}, or by the root of their mean
 * square. A row of zeros stays one.
 */
final class RowNormArray {

  private final boolean mean;
  private final double eps;
  private INDArray inverse;
  private INDArray y;

  /**
   * @param mean whether the mean of the squares is taken instead of the sum
   */
  RowNormArray(boolean mean, double eps) {
    this.mean = mean;
    this.eps = eps;
  }

  INDArray forward(INDArray x) {
    INDArray squares = x.mul(x).sum(1);
    if (mean) {
      squares.divi(x.size(1));
    }
    INDArray zeros = squares.addi(eps).eq(0).castTo(squares.dataType());
    inverse = Transforms.sqrt(squares.addi(zeros), false).rdivi(1).subi(zeros);
    inverse = inverse.reshape(x.size(0), 1);
    y = x.mul(wide(inverse, x));
    return y;
  }

  private static INDArray wide(INDArray column, INDArray like) {
    return column.broadcast(Nd4j.createUninitialized(like.dataType(), like.shape()));
  }

  /** The gradient of x, from that of y. */
  INDArray backward(INDArray dy) {
    INDArray along = dy.mul(y).sum(1).reshape(dy.size(0), 1);
    if (mean) {
      along.divi(dy.size(1));
    }
    return dy.sub(y.mul(wide(along, dy))).muli(wide(inverse, dy));
  }
}
