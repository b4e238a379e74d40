package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.ArrayActivation.slopeAt;
import static org.dl4jext.samediff.cells.ArrayActivation.value;
import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;
import static org.dl4jext.samediff.cells.CellActivation.TANH;

import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link GruStep} by array operations. */
record ArrayGru() implements ArrayCell {

  @Override
  public INDArray[] forward(INDArray[] pre, INDArray[] before) {
    INDArray z = value(SIGMOID, pre[2]);
    INDArray n = value(TANH, value(SIGMOID, pre[1]).muli(pre[0]).addi(pre[3]));
    return new INDArray[] {z.mul(before[0]).addi(z.rsub(1).muli(n))};
  }

  @Override
  public INDArray[] backward(
      INDArray[] pre, INDArray[] before, INDArray[] after, INDArray[] dAfter, INDArray[] dPre) {
    INDArray r = value(SIGMOID, pre[1]);
    INDArray z = value(SIGMOID, pre[2]);
    INDArray n = value(TANH, r.mul(pre[0]).addi(pre[3]));
    INDArray dn = slopeAt(TANH, n).muli(z.rsub(1)).muli(dAfter[0]);
    dPre[0] = dn.mul(r);
    dPre[1] = slopeAt(SIGMOID, r).muli(pre[0]).muli(dn);
    dPre[2] = slopeAt(SIGMOID, z).muli(before[0].sub(n)).muli(dAfter[0]);
    dPre[3] = dn;
    return new INDArray[] {z.muli(dAfter[0])};
  }
}
