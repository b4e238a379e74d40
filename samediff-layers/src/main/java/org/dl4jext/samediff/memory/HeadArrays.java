package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on arrays whose first axis runs over examples and heads. */
final class HeadArrays {

  private HeadArrays() {}

  /** [B,T,H,S] as [B*H,T,S]; features that heads share are repeated. */
  static INDArray toHeads(INDArray array, int heads) {
    INDArray byHead = array.permute(0, 2, 1, 3).dup('c');
    if (byHead.size(1) != heads) {
      byHead = Nd4j.tile(byHead, 1, heads, 1, 1);
    }
    return byHead.reshape('c', byHead.size(0) * heads, byHead.size(2), byHead.size(3));
  }

  /** The reverse of {@link #toHeads}; features that heads share are added up. */
  static INDArray fromHeads(INDArray array, int batch, int targetHeads) {
    long heads = array.size(0) / batch;
    INDArray split = array.reshape('c', batch, heads, array.size(1), array.size(2));
    if (heads != targetHeads) {
      split = split.sum(1).reshape(batch, 1, array.size(1), array.size(2));
    }
    return split.permute(0, 2, 1, 3).dup('c');
  }

  /** [B,S] with a row for each head: [B*H,S]. */
  static INDArray repeat(INDArray rows, int heads) {
    INDArray repeated =
        Nd4j.tile(rows.dup('c').reshape('c', rows.size(0), 1, rows.size(1)), 1, heads, 1);
    return repeated.reshape('c', rows.size(0) * heads, rows.size(1));
  }

  /** Zeros where {@code exists} [R,T] is zero, whatever was there. */
  static INDArray shown(INDArray array, INDArray exists) {
    INDArray wide =
        exists
            .neq(0)
            .reshape(exists.size(0), exists.size(1), 1)
            .broadcast(Nd4j.create(DataType.BOOL, array.shape()));
    INDArray selected = Nd4j.createUninitialized(array.dataType(), array.shape());
    Nd4j.exec(
        DynamicCustomOp.builder("select")
            .addInputs(wide, array, Nd4j.zerosLike(array))
            .addOutputs(selected)
            .build());
    return selected;
  }

  /** Some steps of [R,T,S], as a copy. */
  static INDArray steps(INDArray array, int from, int to) {
    return Views.cut(array, 1, from, to).dup('c');
  }

  /** Columns of [R,S], as a copy of another shape. */
  static INDArray part(INDArray flat, long from, long... shape) {
    long length = 1;
    for (int i = 1; i < shape.length; i++) {
      length *= shape[i];
    }
    return Views.cut(flat, 1, from, from + length).dup('c').reshape('c', shape);
  }

  /** Adds to columns of [R,S]. */
  static void addPart(INDArray flat, long from, INDArray x) {
    long columns = x.length() / x.size(0);
    Views.cut(flat, 1, from, from + columns).addi(x.dup('c').reshape('c', x.size(0), columns));
  }

  static INDArray product(INDArray a, boolean transposeA, INDArray b, boolean transposeB) {
    long rows = a.size(transposeA ? 2 : 1);
    long columns = b.size(transposeB ? 1 : 2);
    INDArray to = Nd4j.createUninitialized(a.dataType(), a.size(0), rows, columns);
    return Nd4j.matmul(a, b, to, transposeA, transposeB, false);
  }

  /** A B for each of the first axis. */
  static INDArray product(INDArray a, INDArray b) {
    return product(a, false, b, false);
  }

  /** x times one number for each of the first axis [R], in place. */
  static INDArray scale(INDArray x, INDArray factors) {
    return x.muli(wide(factors, x));
  }

  /** [R] in the shape of x. */
  static INDArray wide(INDArray factors, INDArray x) {
    long[] shape = new long[x.rank()];
    java.util.Arrays.fill(shape, 1);
    shape[0] = factors.length();
    return factors
        .dup('c')
        .reshape('c', shape)
        .broadcast(Nd4j.createUninitialized(x.dataType(), x.shape()));
  }

  /** Sums over all but the first axis of a times b [R]. */
  static INDArray dot(INDArray a, INDArray b) {
    INDArray product = a.mul(b);
    return product.reshape('c', a.size(0), a.length() / a.size(0)).sum(1);
  }

  /** A column of [R,T] as [R]. */
  static INDArray column(INDArray rows, int t) {
    return Views.at(rows, 1, t).dup('c');
  }
}
