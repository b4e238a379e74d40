package org.dl4jext.samediff;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between ND4J arrays and Java arrays in double precision, for the reference forms. */
public final class ReferenceArrays {

  private ReferenceArrays() {}

  /** All elements in c order. */
  public static double[] flat(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** Arrays from a first one on, each in c order. */
  public static double[][] flat(INDArray[] arrays, int first, int count) {
    double[][] all = new double[count][];
    for (int i = 0; i < count; i++) {
      all[i] = flat(arrays[first + i]);
    }
    return all;
  }

  /** All elements as rows of a size; zeros where the array is null. */
  public static double[][] rows(INDArray array, int rows, int size) {
    double[][] split = new double[rows][size];
    if (array != null) {
      double[] flat = flat(array);
      for (int i = 0; i < rows; i++) {
        split[i] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
      }
    }
    return split;
  }

  /** Overwrites an array, unless it is null. */
  public static void write(double[] flat, INDArray to) {
    if (to != null) {
      to.assign(Nd4j.createFromArray(flat).reshape('c', to.shape()).castTo(to.dataType()));
    }
  }

  /** Overwrites an array by rows in c order, unless it is null. */
  public static void write(double[][] rows, INDArray to) {
    if (to != null) {
      write(Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), to);
    }
  }

  /** The steps of each example that its mask keeps. */
  public static int[][] validSteps(INDArray mask, int batch, int steps) {
    double[][] values = rows(mask, batch, steps);
    int[][] valid = new int[batch][];
    for (int n = 0; n < batch; n++) {
      double[] row = values[n];
      valid[n] = IntStream.range(0, steps).filter(t -> mask == null || row[t] != 0).toArray();
    }
    return valid;
  }
}
