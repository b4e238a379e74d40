package org.dl4jext.samediff.cells;

import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The recurrence of a head-wise cell as a time loop of array operations on a whole batch, so that
 * the data stay on the device of the backend; {@link CellReference} is its slow form.
 *
 * <p>The blocks of R stand in one matrix, whose product with y is one operation for all heads. A
 * masked step computes and then keeps the states that were there; its input is 0 by then.
 */
final class CellArrays {

  private final CellKind kind;
  private final ArrayCell cell;
  private final int heads;
  private final int size;
  private final int elements;
  private INDArray x;
  private INDArray mask;
  private INDArray r;
  private INDArray b;
  private INDArray[][] states;

  CellArrays(CellSpec spec, int size) {
    this.kind = spec.kind();
    this.cell = ArrayCell.of(spec);
    this.heads = spec.heads();
    this.size = size;
    this.elements = heads * size;
  }

  /** Gradients of x [T,N,input gates*H*D], R [gates,H,D,D], b [gates*H*D] and initial states. */
  record Gradients(INDArray x, INDArray r, INDArray b, INDArray[] states) {}

  /**
   * Runs all steps and keeps the states.
   *
   * @param x [T,N,input gates*H*D]
   * @param mask [T,N,1] of zeros and ones, or null
   * @param r [gates,H,D,D]
   * @param b [gates*H*D]
   * @param initial [N,H*D] each
   * @return y of all steps [T,N,H*D], 0 where masked
   */
  INDArray forward(INDArray x, INDArray mask, INDArray r, INDArray b, INDArray[] initial) {
    this.x = x;
    this.mask = mask;
    this.r = blocks(r);
    this.b = b.reshape(1, b.length());
    int steps = Math.toIntExact(x.size(0));
    states = new INDArray[steps + 1][];
    states[0] = initial;
    INDArray y = Nd4j.createUninitialized(x.dataType(), steps, x.size(1), elements);
    for (int t = 0; t < steps; t++) {
      INDArray[] after = cell.forward(pre(t), states[t]);
      for (int s = 0; s < after.length && mask != null; s++) {
        after[s] = choose(mask(t), after[s], states[t][s]);
      }
      states[t + 1] = after;
      INDArray shown = mask == null ? after[0] : after[0].mul(mask(t));
      y.get(NDArrayIndex.point(t), NDArrayIndex.all(), NDArrayIndex.all()).assign(shown);
    }
    return y;
  }

  /** The states after the last step. */
  INDArray[] last() {
    return states[states.length - 1];
  }

  private INDArray mask(int t) {
    return mask.get(NDArrayIndex.point(t), NDArrayIndex.all(), NDArrayIndex.all());
  }

  /** {@code a} where the mask is 1, {@code b} where it is 0, with no change of a bit. */
  private static INDArray choose(INDArray mask, INDArray a, INDArray b) {
    return a.mul(mask).addi(b.mul(mask.rsub(1)));
  }

  /** R as [H*D, gates*H*D] with the blocks on the diagonals, from [gates,H,D,P]. */
  private INDArray blocks(INDArray given) {
    int gates = kind.recurrentGates();
    INDArray matrix = Nd4j.zeros(given.dataType(), elements, (long) gates * elements);
    for (int g = 0; g < gates; g++) {
      for (int h = 0; h < heads; h++) {
        INDArray block =
            given.get(
                NDArrayIndex.point(g),
                NDArrayIndex.point(h),
                NDArrayIndex.all(),
                NDArrayIndex.all());
        block(matrix, g, h).assign(block.transpose());
      }
    }
    return matrix;
  }

  private INDArray block(INDArray matrix, int g, int h) {
    long row = (long) h * size;
    long column = (long) g * elements + row;
    return matrix.get(
        NDArrayIndex.interval(row, row + size), NDArrayIndex.interval(column, column + size));
  }

  private INDArray gate(INDArray all, int g) {
    return all.get(
        NDArrayIndex.all(), NDArrayIndex.interval((long) g * elements, (long) (g + 1) * elements));
  }

  private INDArray[] pre(int t) {
    INDArray input = x.get(NDArrayIndex.point(t), NDArrayIndex.all(), NDArrayIndex.all());
    INDArray recurrent = states[t][0].mmul(r);
    INDArray[] pre = new INDArray[kind.gates()];
    for (int g = 0; g < pre.length; g++) {
      INDArray sum =
          g < kind.recurrentGates()
              ? gate(recurrent, g).dup('c')
              : Nd4j.zeros(x.dataType(), x.size(1), elements);
      if (g >= kind.firstInputGate()) {
        sum.addi(gate(input, g - kind.firstInputGate()));
      }
      pre[g] = sum.addiRowVector(gate(b, g));
    }
    return pre;
  }

  /**
   * Differentiates the last forward pass.
   *
   * @param dy [T,N,H*D]; what it holds at masked steps has no effect if it is finite
   * @param dLast [N,H*D] each
   */
  Gradients backward(INDArray dy, INDArray[] dLast) {
    int steps = Math.toIntExact(x.size(0));
    INDArray dx = Nd4j.zeros(x.dataType(), x.shape());
    INDArray dr = Nd4j.zeros(r.dataType(), r.shape());
    INDArray db = Nd4j.zeros(b.dataType(), b.shape());
    INDArray[] d = dLast.clone();
    for (int t = steps - 1; t >= 0; t--) {
      INDArray[] through = new INDArray[d.length];
      INDArray[] past = new INDArray[d.length];
      for (int s = 0; s < d.length; s++) {
        INDArray all = d[s];
        if (s == 0) {
          INDArray own = dy.get(NDArrayIndex.point(t), NDArrayIndex.all(), NDArrayIndex.all());
          all = mask == null ? all.add(own) : all.add(own.mul(mask(t)));
        }
        through[s] = mask == null ? all : all.mul(mask(t));
        past[s] = mask == null ? null : all.mul(mask(t).rsub(1));
      }
      INDArray[] dPre = new INDArray[kind.gates()];
      INDArray[] before = cell.backward(pre(t), states[t], states[t + 1], through, dPre);
      INDArray dPreRecurrent =
          Nd4j.hstack(
              IntStream.range(0, kind.recurrentGates())
                  .mapToObj(g -> dPre[g])
                  .toArray(INDArray[]::new));
      dr.addi(states[t][0].transpose().mmul(dPreRecurrent));
      INDArray dyBefore = dPreRecurrent.mmul(r.transpose());
      before[0] = before[0] == null ? dyBefore : before[0].addi(dyBefore);
      INDArray input = dx.get(NDArrayIndex.point(t), NDArrayIndex.all(), NDArrayIndex.all());
      for (int g = 0; g < dPre.length; g++) {
        gate(db, g).addi(dPre[g].sum(true, 0));
        if (g >= kind.firstInputGate()) {
          gate(input, g - kind.firstInputGate()).assign(dPre[g]);
        }
      }
      for (int s = 0; s < d.length; s++) {
        d[s] = past[s] == null ? before[s] : before[s].add(past[s]);
      }
    }
    return new Gradients(dx, unblocked(dr), db.reshape(b.length()), d);
  }

  private INDArray unblocked(INDArray matrix) {
    int gates = kind.recurrentGates();
    INDArray all = Nd4j.createUninitialized(matrix.dataType(), gates, heads, size, size);
    for (int g = 0; g < gates; g++) {
      for (int h = 0; h < heads; h++) {
        all.get(
                NDArrayIndex.point(g),
                NDArrayIndex.point(h),
                NDArrayIndex.all(),
                NDArrayIndex.all())
            .assign(block(matrix, g, h).transpose());
      }
    }
    return all;
  }
}
