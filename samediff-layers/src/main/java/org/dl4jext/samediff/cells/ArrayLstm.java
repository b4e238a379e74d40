package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.ArrayActivation.slopeAt;
import static org.dl4jext.samediff.cells.ArrayActivation.value;

import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link LstmStep} by array operations. */
record ArrayLstm(CellActivation q, CellActivation s) implements ArrayCell {

  @Override
  public INDArray[] forward(INDArray[] pre, INDArray[] before) {
    INDArray c = value(q, pre[1]).muli(before[1]).addi(value(q, pre[0]).muli(value(s, pre[2])));
    return new INDArray[] {value(q, pre[3]).muli(value(s, c)), c};
  }

  @Override
  public INDArray[] backward(
      INDArray[] pre, INDArray[] before, INDArray[] after, INDArray[] dAfter, INDArray[] dPre) {
    INDArray i = value(q, pre[0]);
    INDArray f = value(q, pre[1]);
    INDArray z = value(s, pre[2]);
    INDArray o = value(q, pre[3]);
    INDArray sc = value(s, after[1]);
    INDArray dc = slopeAt(s, sc).muli(o).muli(dAfter[0]).addi(dAfter[1]);
    dPre[0] = slopeAt(q, i).muli(z).muli(dc);
    dPre[1] = slopeAt(q, f).muli(before[1]).muli(dc);
    dPre[2] = slopeAt(s, z).muli(i).muli(dc);
    dPre[3] = slopeAt(q, o).muli(sc).muli(dAfter[0]);
    return new INDArray[] {null, dc.muli(f)};
  }
}
