package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link GeluMlpFunction} in ND4J operations. */
final class ArrayGeluMlp extends ArrayRowUnit {

  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBE = 0.044715;

  private INDArray projected;
  private INDArray bend;

  ArrayGeluMlp(RowLayout layout, DataType dataType) {
    super(layout, dataType);
  }

  private INDArray activated() {
    return bend.add(1).muli(projected).muli(0.5);
  }

  @Override
  INDArray forward(INDArray x, INDArray[] parameters) {
    projected = Nd4j.matmul(x, parameters[0]).addRowVector(parameters[1]);
    INDArray inner = projected.mul(projected).muli(CUBE).addi(1).muli(projected).muli(ROOT);
    bend = Transforms.tanh(inner, false);
    return Nd4j.matmul(activated(), parameters[2]).addRowVector(parameters[3]);
  }

  @Override
  INDArray backward(INDArray x, INDArray[] parameters, INDArray dy, INDArray[] gradients) {
    gradients[2] = Nd4j.matmul(activated(), dy, true, false, false);
    gradients[3] = dy.sum(0);
    INDArray dh = Nd4j.matmul(dy, parameters[2], false, true, false);
    INDArray inner = projected.mul(projected).muli(3 * CUBE).addi(1).muli(ROOT);
    INDArray slope =
        bend.mul(bend).rsubi(1).muli(inner).muli(projected).addi(bend).addi(1).muli(0.5);
    dh.muli(slope);
    gradients[0] = Nd4j.matmul(x, dh, true, false, false);
    gradients[1] = dh.sum(0);
    return Nd4j.matmul(dh, parameters[0], false, true, false);
  }
}
