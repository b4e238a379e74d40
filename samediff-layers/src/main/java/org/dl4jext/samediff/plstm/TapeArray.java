package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * An ND4J array of the {@code ARRAY} execution that knows how to hand its gradient to the arrays it
 * was made from. Each operation states its backward rule beside its forward rule.
 *
 * <p>Why not by hand: blocks join in a number of rounds that depends on the sizes, each of a dozen
 * products whose order a backward pass would have to mirror for two modes, gates that may be
 * absent, and three kinds of layers. Why not SameDiff: it would need a graph for each size, and
 * some of the operations here have wrong gradients there or none.
 */
final class TapeArray {

  private final ArrayTape tape;
  private final INDArray value;
  private INDArray gradient;
  private Rule rule;

  /** An array that was not made from others. */
  TapeArray(ArrayTape tape, INDArray value) {
    this.tape = tape;
    this.value = value;
    tape.add(this);
  }

  INDArray value() {
    return value;
  }

  /** The gradient of an array that was not made from others; zeros if nothing depends on it. */
  INDArray gradient() {
    return gradient == null ? Nd4j.zerosLike(value) : gradient;
  }

  long size(int axis) {
    return value.size(axis);
  }

  long[] shape() {
    return value.shape();
  }

  /** Adds to the gradient; takes the array over. */
  void receive(INDArray more) {
    if (gradient == null) {
      gradient = more;
    } else {
      gradient.addi(more);
    }
  }

  /** Gives the gradient, if there is one, to the arrays that this was made from. */
  void handBack() {
    if (gradient != null && rule != null) {
      rule.run(gradient);
      gradient = null;
    }
  }

  private interface Rule {
    void run(INDArray gradient);
  }

  private TapeArray make(INDArray result, Rule backward) {
    TapeArray made = constant(result);
    made.rule = backward;
    return made;
  }

  /** An array of the same tape that has no gradient. */
  TapeArray constant(INDArray array) {
    return new TapeArray(tape, array);
  }

  TapeArray zeros(long... shape) {
    return constant(Nd4j.zeros(value.dataType(), shape));
  }

  TapeArray plus(TapeArray that) {
    return make(
        value.add(that.value),
        g -> {
          receive(g.dup('c'));
          that.receive(g.dup('c'));
        });
  }

  TapeArray times(TapeArray that) {
    return make(
        value.mul(that.value),
        g -> {
          receive(g.mul(that.value));
          that.receive(g.mul(value));
        });
  }

  TapeArray times(double factor) {
    return make(value.mul(factor), g -> receive(g.mul(factor)));
  }

  TapeArray plus(double summand) {
    return make(value.add(summand), g -> receive(g.dup('c')));
  }

  TapeArray sigmoid() {
    INDArray s = Transforms.sigmoid(value, true);
    return make(s, g -> receive(s.rsub(1).muli(s).muli(g)));
  }

  TapeArray tanh() {
    INDArray t = Transforms.tanh(value, true);
    return make(t, g -> receive(t.mul(t).rsubi(1).muli(g)));
  }

  TapeArray abs() {
    return make(Transforms.abs(value, true), g -> receive(Transforms.sign(value, true).muli(g)));
  }

  /** 1 / x. */
  TapeArray inverse() {
    INDArray r = value.rdiv(1);
    return make(r, g -> receive(r.mul(r).negi().muli(g)));
  }

  /** 1 / sqrt(x). */
  TapeArray rsqrt() {
    INDArray r = Transforms.sqrt(value, true).rdivi(1);
    return make(r, g -> receive(r.mul(r).muli(r).muli(-0.5).muli(g)));
  }

  /** Products of matrices [L,m,k] and [L,k,n]. */
  TapeArray product(TapeArray that) {
    return make(
        product(value, that.value, false, false),
        g -> {
          receive(product(g, that.value, false, true));
          that.receive(product(value, g, true, false));
        });
  }

  private static INDArray product(INDArray a, INDArray b, boolean transposeA, boolean transposeB) {
    long m = a.size(transposeA ? 2 : 1);
    long n = b.size(transposeB ? 1 : 2);
    INDArray c = Nd4j.createUninitialized(a.dataType(), new long[] {a.size(0), m, n}, 'c');
    return Nd4j.matmul(a, b, c, transposeA, transposeB, false);
  }

  TapeArray reshape(long... shape) {
    return make(value.reshape('c', shape), g -> receive(g.dup('c').reshape('c', value.shape())));
  }

  TapeArray permute(int... axes) {
    int[] back = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      back[axes[i]] = i;
    }
    return make(value.permute(axes).dup('c'), g -> receive(g.permute(back).dup('c')));
  }

  /** Positions from..to of an axis. */
  TapeArray cut(int axis, long from, long to) {
    return make(
        Views.cut(value, axis, from, to).dup('c'),
        g -> {
          if (gradient == null) {
            gradient = Nd4j.zerosLike(value);
          }
          Views.cut(gradient, axis, from, to).addi(g);
        });
  }

  static TapeArray join(int axis, TapeArray... parts) {
    INDArray[] values = Arrays.stream(parts).map(p -> p.value).toArray(INDArray[]::new);
    return parts[0].make(
        Nd4j.concat(axis, values).dup('c'),
        g -> {
          long from = 0;
          for (TapeArray part : parts) {
            long to = from + part.size(axis);
            part.receive(Views.cut(g, axis, from, to).dup('c'));
            from = to;
          }
        });
  }

  /** The same with axes of size 1 spread to a shape. */
  TapeArray spread(long... shape) {
    if (Arrays.equals(shape, value.shape())) {
      return this;
    }
    int[] axes = new int[shape.length];
    int count = 0;
    for (int i = 0; i < shape.length; i++) {
      if (value.size(i) != shape[i]) {
        axes[count++] = i;
      }
    }
    int[] spread = Arrays.copyOf(axes, count);
    INDArray result = value.broadcast(Nd4j.createUninitialized(value.dataType(), shape));
    return make(result, g -> receive(g.sum(spread).reshape('c', value.shape())));
  }

  /** Sum over an axis, which disappears. */
  TapeArray sum(int axis) {
    long[] kept = value.shape().clone();
    kept[axis] = 1;
    return make(
        value.sum(axis),
        g ->
            receive(
                g.dup('c')
                    .reshape('c', kept)
                    .broadcast(Nd4j.createUninitialized(value.dataType(), value.shape()))));
  }

  /** The array with some axes in reverse order. */
  TapeArray flip(int... axes) {
    if (axes.length == 0) {
      return this;
    }
    return make(reversed(value, axes), g -> receive(reversed(g, axes)));
  }

  private static INDArray reversed(INDArray array, int[] axes) {
    INDArray result = Nd4j.createUninitialized(array.dataType(), array.shape(), 'c');
    Nd4j.exec(
        DynamicCustomOp.builder("reverse")
            .addInputs(array)
            .addOutputs(result)
            .addIntegerArguments(axes)
            .build());
    return result;
  }

  /** Rows of a matrix by their indices. */
  TapeArray rows(int... indices) {
    long count = value.size(0);
    return make(Nd4j.pullRows(value, 1, indices), g -> receive(summed(g, indices, count)));
  }

  /** Sums of the rows of a matrix that have the same index, below a count. */
  TapeArray sumRows(int[] indices, long count) {
    return make(summed(value, indices, count), g -> receive(Nd4j.pullRows(g, 1, indices)));
  }

  private static INDArray summed(INDArray rows, int[] indices, long count) {
    INDArray sums = Nd4j.zeros(rows.dataType(), count, rows.size(1));
    INDArray result = Nd4j.createUninitialized(rows.dataType(), sums.shape(), 'c');
    Nd4j.exec(
        DynamicCustomOp.builder("scatter_add")
            .addInputs(sums, Nd4j.createFromArray(indices), rows.dup('c'))
            .addOutputs(result)
            .build());
    return result;
  }

  /** x W' for a matrix x [rows,n] and W [m,n]. */
  TapeArray linear(TapeArray weight) {
    long m = weight.size(0);
    long n = weight.size(1);
    return reshape(1, size(0), n)
        .product(weight.permute(1, 0).reshape(1, n, m))
        .reshape(size(0), m);
  }

  /** The output of a unit whose first inputs are arrays of the tape. */
  static TapeArray ofUnit(
      DifferentiableUnit unit, INDArray[] inputs, TapeArray[] arrays, long... shape) {
    TapeArray any = arrays[0];
    INDArray y = Nd4j.createUninitialized(any.value.dataType(), shape, 'c');
    unit.forward(inputs, new INDArray[] {y}, true);
    return any.make(
        y,
        g -> {
          INDArray[] gradients = new INDArray[inputs.length];
          for (int i = 0; i < arrays.length; i++) {
            gradients[i] = arrays[i] == null ? null : Nd4j.create(y.dataType(), inputs[i].shape());
          }
          unit.backward(inputs, new INDArray[] {g}, gradients);
          for (int i = 0; i < arrays.length; i++) {
            if (arrays[i] != null) {
              arrays[i].receive(gradients[i]);
            }
          }
        });
  }
}
