package org.dl4jext.zoo.golden;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array of a golden case, or of a result that is compared with one, in C order. */
public final class GoldenArray {

  private final boolean integer;
  private final long[] shape;
  private final double[] values;

  /**
   * @param integer whether the elements are int32, otherwise float64
   * @param shape the axes
   * @param values the elements in C order; not copied
   */
  GoldenArray(boolean integer, long[] shape, double[] values) {
    this.integer = integer;
    this.shape = shape.clone();
    this.values = values;
    if (Arrays.stream(shape).reduce(1, (a, b) -> a * b) != values.length) {
      throw new IllegalArgumentException(
          values.length + " elements do not fill the shape " + Arrays.toString(shape));
    }
  }

  static GoldenArray real(double[] values, long... shape) {
    return new GoldenArray(false, shape, values);
  }

  static GoldenArray integers(int[] values, long... shape) {
    return new GoldenArray(true, shape, Arrays.stream(values).asDoubleStream().toArray());
  }

  static GoldenArray integers(int[][] rows) {
    int[] all = Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
    return integers(all, rows.length, rows.length == 0 ? 0 : rows[0].length);
  }

  /** Copies a result, whatever its strides and data type. */
  static GoldenArray of(INDArray array) {
    double[] values = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    return new GoldenArray(!array.dataType().isFPType(), array.shape(), values);
  }

  INDArray toNd4j(DataType type) {
    return Nd4j.create(values, shape, type);
  }

  /** Rows of a matrix of integers. */
  int[][] toIntRows() {
    int columns = Math.toIntExact(shape[1]);
    int[][] rows = new int[Math.toIntExact(shape[0])][columns];
    for (int i = 0; i < values.length; i++) {
      rows[i / columns][i % columns] = (int) values[i];
    }
    return rows;
  }

  boolean integer() {
    return integer;
  }

  long[] shape() {
    return shape.clone();
  }

  long size(int axis) {
    return shape[axis];
  }

  int rank() {
    return shape.length;
  }

  /** The elements in C order; not to be changed. */
  double[] values() {
    return values;
  }

  boolean hasShape(long... expected) {
    return Arrays.equals(shape, expected);
  }
}
