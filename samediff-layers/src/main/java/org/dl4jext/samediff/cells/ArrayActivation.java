package org.dl4jext.samediff.cells;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link CellActivation} of arrays. */
final class ArrayActivation {

  private ArrayActivation() {}

  static INDArray value(CellActivation activation, INDArray x) {
    return switch (activation) {
      case SIGMOID -> Transforms.sigmoid(x, true);
      case HARD_SIGMOID -> held(x.mul(0.2).addi(0.5), 0, 1);
      case TANH -> Transforms.tanh(x, true);
      case HARD_TANH -> held(x.dup(), -1, 1);
      case SOFTSIGN -> x.div(Transforms.abs(x, true).addi(1));
      case RELU -> Transforms.relu(x, true);
      case IDENTITY -> x.dup();
    };
  }

  private static INDArray held(INDArray x, double low, double high) {
    return Transforms.min(Transforms.max(x, low, false), high, false);
  }

  static INDArray slopeAt(CellActivation activation, INDArray y) {
    return switch (activation) {
      case SIGMOID -> y.rsub(1).muli(y);
      case HARD_SIGMOID -> inside(y, 0, 1).muli(0.2);
      case TANH -> y.mul(y).rsubi(1);
      case HARD_TANH -> inside(y, -1, 1);
      case SOFTSIGN -> square(Transforms.abs(y, true).rsubi(1));
      case RELU -> y.gt(0).castTo(y.dataType());
      case IDENTITY -> y.ulike().assign(1);
    };
  }

  private static INDArray inside(INDArray y, double low, double high) {
    DataType type = y.dataType();
    return y.gt(low).castTo(type).muli(y.lt(high).castTo(type));
  }

  private static INDArray square(INDArray x) {
    return x.muli(x);
  }
}
