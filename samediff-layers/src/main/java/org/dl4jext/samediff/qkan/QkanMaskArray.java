package org.dl4jext.samediff.qkan;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which steps of a batch exist, for array operations in time order.
 *
 * @param on [T,N,1] of zeros and ones; null where all exist
 */
record QkanMaskArray(INDArray on) {

  static QkanMaskArray of(INDArray mask, DataType type) {
    if (mask == null) {
      return new QkanMaskArray(null);
    }
    INDArray byTime = mask.neq(0).castTo(type).transpose().dup('c');
    return new QkanMaskArray(byTime.reshape('c', mask.size(1), mask.size(0), 1));
  }

  /** [N,T,C] as [T,N,C] with zeros, whatever was there, at masked steps. */
  INDArray shown(INDArray array) {
    INDArray byTime = array.permute(1, 0, 2).dup('c');
    if (on == null) {
      return byTime;
    }
    INDArray exists =
        on.castTo(DataType.BOOL).broadcast(Nd4j.create(DataType.BOOL, byTime.shape()));
    INDArray selected = Nd4j.createUninitialized(byTime.dataType(), byTime.shape());
    Nd4j.exec(
        DynamicCustomOp.builder("select")
            .addInputs(exists, byTime, Nd4j.zerosLike(byTime))
            .addOutputs(selected)
            .build());
    return selected;
  }

  /** {@code after} where step t exists, else {@code before}, with no change of a bit. */
  INDArray choose(int t, INDArray after, INDArray before) {
    return on == null ? after : kept(t, after).addi(skipped(t, before));
  }

  /** A copy of an array [N,C] with zeros where step t does not exist. */
  INDArray kept(int t, INDArray array) {
    return on == null ? array.dup('c') : array.mul(at(on, t));
  }

  /** A copy of an array [N,C] with zeros where step t exists. */
  INDArray skipped(int t, INDArray array) {
    return on == null ? Nd4j.zerosLike(array) : array.mul(at(on, t).rsub(1));
  }

  /** Step t of an array [T,N,C], as a copy. */
  static INDArray at(INDArray byTime, int t) {
    return org.dl4jext.samediff.Views.at(byTime, 0, t).dup('c');
  }
}
