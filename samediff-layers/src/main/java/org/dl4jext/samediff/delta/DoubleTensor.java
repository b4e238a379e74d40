package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A c-order copy of an array in double precision, addressed by index: slow and plain. */
final class DoubleTensor {

  private final double[] values;
  private final long[] shape;

  private DoubleTensor(double[] values, long[] shape) {
    this.values = values;
    this.shape = shape;
  }

  static DoubleTensor copyOf(INDArray array) {
    return new DoubleTensor(array.dup('c').data().asDouble(), array.shape());
  }

  /** Zeros where the array is null. */
  static DoubleTensor copyOf(INDArray array, long... shape) {
    return array == null ? zeros(shape) : copyOf(array);
  }

  static DoubleTensor zeros(long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return new DoubleTensor(new double[Math.toIntExact(length)], shape);
  }

  double get(int... index) {
    return values[offset(index)];
  }

  void add(double value, int... index) {
    values[offset(index)] += value;
  }

  /** A copy of the last axis; the index leaves that axis out. */
  double[] row(int... index) {
    int size = Math.toIntExact(shape[shape.length - 1]);
    int from = offset(index) * size;
    return Arrays.copyOfRange(values, from, from + size);
  }

  /** A copy of the last two axes. */
  double[][] matrix(int... index) {
    double[][] rows = new double[Math.toIntExact(shape[shape.length - 2])][];
    int[] full = Arrays.copyOf(index, index.length + 1);
    for (int i = 0; i < rows.length; i++) {
      full[index.length] = i;
      rows[i] = row(full);
    }
    return rows;
  }

  void addRow(double[] row, int... index) {
    int from = offset(index) * row.length;
    for (int i = 0; i < row.length; i++) {
      values[from + i] += row[i];
    }
  }

  void addMatrix(double[][] matrix, int... index) {
    int[] full = Arrays.copyOf(index, index.length + 1);
    for (int i = 0; i < matrix.length; i++) {
      full[index.length] = i;
      addRow(matrix[i], full);
    }
  }

  /** Overwrites the array, unless it is null. */
  void writeTo(INDArray array) {
    if (array != null) {
      array.assign(Nd4j.createFromArray(values).reshape('c', shape));
    }
  }

  private int offset(int... index) {
    int offset = 0;
    for (int i = 0; i < index.length; i++) {
      offset = Math.toIntExact(offset * shape[i] + index[i]);
    }
    return offset;
  }
}
