package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.ArrayActivation.slopeAt;
import static org.dl4jext.samediff.cells.ArrayActivation.value;
import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;
import static org.dl4jext.samediff.cells.CellActivation.TANH;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link SlstmStep} by array operations. */
record ArraySlstm() implements ArrayCell {

  /** min(x, 0) - log(1 + exp(-|x|)). */
  private static INDArray logSigmoid(INDArray x) {
    INDArray tail = Transforms.exp(Transforms.abs(x, true).negi(), false).addi(1);
    return Transforms.min(x, 0, true).subi(Transforms.log(tail, false));
  }

  /** 1 where m becomes i, else 0. */
  private static INDArray inputWins(INDArray i, INDArray l, INDArray n) {
    INDArray start = n.eq(0).castTo(i.dataType());
    return start.rsub(1).muli(i.lt(l).castTo(i.dataType())).rsubi(1);
  }

  private static INDArray choose(INDArray first, INDArray a, INDArray b) {
    return first.mul(a).addi(first.rsub(1).muli(b));
  }

  @Override
  public INDArray[] forward(INDArray[] pre, INDArray[] before) {
    INDArray l = logSigmoid(pre[1]).addi(before[3]);
    INDArray m = choose(inputWins(pre[0], l, before[2]), pre[0], l);
    INDArray a = Transforms.exp(pre[0].sub(m), false);
    INDArray b = Transforms.exp(l.sub(m), false);
    INDArray c = b.mul(before[1]).addi(a.mul(value(TANH, pre[2])));
    INDArray n = Transforms.max(b.mul(before[2]).addi(a), 1, false);
    return new INDArray[] {value(SIGMOID, pre[3]).muli(c).divi(n), c, n, m};
  }

  @Override
  public INDArray[] backward(
      INDArray[] pre, INDArray[] before, INDArray[] after, INDArray[] dAfter, INDArray[] dPre) {
    INDArray l = logSigmoid(pre[1]).addi(before[3]);
    INDArray first = inputWins(pre[0], l, before[2]);
    INDArray a = Transforms.exp(pre[0].sub(after[3]), false);
    INDArray b = Transforms.exp(l.sub(after[3]), false);
    INDArray z = value(TANH, pre[2]);
    INDArray o = value(SIGMOID, pre[3]);
    INDArray ratio = after[1].div(after[2]);
    INDArray scaled = dAfter[0].mul(o).divi(after[2]);
    INDArray dc = dAfter[1].add(scaled);
    INDArray sum = b.mul(before[2]).addi(a);
    INDArray dn = dAfter[2].sub(scaled.muli(ratio)).muli(sum.gte(1).castTo(sum.dataType()));
    INDArray towardsInput = dc.mul(z).addi(dn).muli(a);
    INDArray towardsPast = dc.mul(before[1]).addi(dn.mul(before[2])).muli(b);
    INDArray dm = dAfter[3].sub(towardsInput).subi(towardsPast);
    INDArray dl = towardsPast.addi(first.rsub(1).muli(dm));
    dPre[0] = towardsInput.addi(dm.muli(first));
    dPre[1] = value(SIGMOID, pre[1].neg()).muli(dl);
    dPre[2] = slopeAt(TANH, z).muli(dc).muli(a);
    dPre[3] = slopeAt(SIGMOID, o).muli(ratio).muli(dAfter[0]);
    return new INDArray[] {null, dc.muli(b), dn.muli(b), dl};
  }
}
