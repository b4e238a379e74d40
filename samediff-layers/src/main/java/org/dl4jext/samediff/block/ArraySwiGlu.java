package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** SwiGLU in ND4J operations. */
final class ArraySwiGlu extends ArrayRowUnit {

  private final long hidden;
  private INDArray gate;
  private INDArray up;
  private INDArray sigmoid;

  ArraySwiGlu(SwiGluSpec spec, long inputSize, long outputSize, DataType dataType) {
    super(RowLayout.of(spec, inputSize, outputSize), dataType);
    hidden = spec.hiddenSize(inputSize);
  }

  @Override
  INDArray forward(INDArray x, INDArray[] parameters) {
    INDArray projected = Nd4j.matmul(x, parameters[0]); // [rows,2F]
    gate = projected.get(NDArrayIndex.all(), NDArrayIndex.interval(0, hidden)).dup('c');
    up = projected.get(NDArrayIndex.all(), NDArrayIndex.interval(hidden, 2 * hidden)).dup('c');
    sigmoid = Transforms.sigmoid(gate, true);
    return Nd4j.matmul(gated(), parameters[1]);
  }

  private INDArray gated() {
    return gate.mul(sigmoid).muli(up);
  }

  @Override
  INDArray backward(INDArray x, INDArray[] parameters, INDArray dy, INDArray[] gradients) {
    gradients[1] = Nd4j.matmul(gated(), dy, true, false, false);
    INDArray dh = Nd4j.matmul(dy, parameters[1], false, true, false); // [rows,F]
    // silu'(p) = s (1 + p (1 - s))
    INDArray slope = sigmoid.rsub(1).muli(gate).addi(1).muli(sigmoid);
    INDArray dGate = dh.mul(up).muli(slope);
    INDArray dUp = dh.mul(gate).muli(sigmoid);
    INDArray dp = Nd4j.concat(1, dGate, dUp); // [rows,2F]
    gradients[0] = Nd4j.matmul(x, dp, true, false, false);
    return Nd4j.matmul(dp, parameters[0], false, true, false);
  }
}
