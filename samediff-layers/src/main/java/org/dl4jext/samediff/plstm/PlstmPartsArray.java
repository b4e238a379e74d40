package org.dl4jext.samediff.plstm;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parts that layers have around a recurrence, as array operations on all rows. */
final class PlstmPartsArray {

  private final PlstmMaps maps;
  private final TapeArray[] parameters;
  private final TapeArray x;

  /**
   * @param parameters those of the maps first
   * @param x [rows,nIn]
   */
  PlstmPartsArray(PlstmMaps maps, TapeArray[] parameters, TapeArray x) {
    this.maps = maps;
    this.parameters = parameters;
    this.x = x;
  }

  /** factor W x + b [rows,outputs]. */
  TapeArray affine(String name) {
    PlstmMap map = maps.map(name);
    long rows = x.size(0);
    TapeArray bias =
        parameters[maps.bias(map)].reshape(1, map.outputs()).spread(rows, map.outputs());
    if (!map.weighted()) {
      return bias;
    }
    long s = map.slices();
    long w = map.sliceSize();
    long a = map.blocks();
    long r = map.rest();
    TapeArray weight = parameters[maps.weight(map)];
    TapeArray bySlice =
        map.sliceFirst()
            ? weight.reshape(a, s, r, w).permute(1, 3, 0, 2)
            : weight.reshape(a, r, s, w).permute(2, 3, 0, 1);
    return x.reshape(rows, s, w)
        .permute(1, 0, 2)
        .product(bySlice.reshape(s, w, a * r))
        .reshape(s, rows, a, r)
        .permute(1, 2, 0, 3)
        .reshape(rows, map.outputs())
        .times(map.factor())
        .plus(bias);
  }

  TapeArray gate(String name) {
    return affine(name).sigmoid();
  }

  /** Transitions [rows,groups,size,size]. */
  TapeArray transition(String suffix, int size, double factor, int order) {
    TapeArray e = affine("eigenvalues" + suffix).times(factor).tanh();
    long rows = x.size(0);
    long groups = e.size(1) / size;
    if (size == 1) {
      return e.reshape(rows, groups, 1, 1);
    }
    TapeArray in = rotation(affine("inRotation" + suffix), size, order);
    TapeArray out = rotation(affine("outRotation" + suffix), size, order);
    TapeArray scaled =
        in.times(e.reshape(rows * groups, size, 1).spread(rows * groups, size, size));
    return out.product(scaled).reshape(rows, groups, size, size);
  }

  /** The series of exp(A - A') [rows groups,size,size]. */
  private TapeArray rotation(TapeArray flat, int size, int order) {
    long count = flat.size(0) * flat.size(1) / ((long) size * size);
    TapeArray a = flat.reshape(count, size, size);
    TapeArray skew = a.plus(a.permute(0, 2, 1).times(-1));
    TapeArray unit = skew.constant(units(skew.value(), count, size));
    TapeArray sum = unit;
    for (int k = order - 1; k >= 1; k--) {
      sum = skew.product(sum).times(1.0 / k).plus(unit);
    }
    return sum;
  }

  /** Unit matrices [count,size,size]. */
  static INDArray units(INDArray like, long count, int size) {
    return Nd4j.eye(size)
        .castTo(like.dataType())
        .reshape('c', 1, size, size)
        .broadcast(Nd4j.createUninitialized(like.dataType(), count, size, size));
  }

  /**
   * RMS norm of each head, and the last projection.
   *
   * @param reads [rows,heads,size]
   * @return [rows,outputs]
   */
  static TapeArray readout(TapeArray reads, TapeArray gain, TapeArray weight, double eps) {
    long rows = reads.size(0);
    long heads = reads.size(1);
    long size = reads.size(2);
    TapeArray rate = reads.times(reads).sum(2).times(1.0 / size).plus(eps).rsqrt();
    TapeArray normed =
        reads
            .times(rate.reshape(rows, heads, 1).spread(rows, heads, size))
            .times(gain.reshape(1, heads, size).spread(rows, heads, size));
    return normed.reshape(rows, heads * size).linear(weight);
  }

  /** [N positions, heads axes..] as [N heads, positions.., axes..]. */
  static TapeArray lanes(TapeArray rows, long examples, long heads, long[] positions, long[] axes) {
    long count = 1;
    for (long p : positions) {
      count *= p;
    }
    long size = rows.value().length() / (examples * count * heads);
    long[] shape = new long[1 + positions.length + axes.length];
    shape[0] = examples * heads;
    System.arraycopy(positions, 0, shape, 1, positions.length);
    System.arraycopy(axes, 0, shape, 1 + positions.length, axes.length);
    return rows.reshape(examples, count, heads, size).permute(0, 2, 1, 3).reshape(shape);
  }

  /** An array of numbers by index. */
  static INDArray numbers(INDArray like, int count, DoubleUnaryOperator at) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = at.applyAsDouble(i);
    }
    return Nd4j.createFromArray(values).castTo(like.dataType());
  }
}
