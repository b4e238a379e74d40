package org.dl4jext.samediff.cells;

import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link ElmanStep} by array operations. */
record ArrayElman(CellActivation s) implements ArrayCell {

  @Override
  public INDArray[] forward(INDArray[] pre, INDArray[] before) {
    return new INDArray[] {ArrayActivation.value(s, pre[0])};
  }

  @Override
  public INDArray[] backward(
      INDArray[] pre, INDArray[] before, INDArray[] after, INDArray[] dAfter, INDArray[] dPre) {
    dPre[0] = ArrayActivation.slopeAt(s, after[0]).muli(dAfter[0]);
    return new INDArray[1];
  }
}
