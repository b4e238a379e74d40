package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatProduct;

/**
 * All affine maps of an input by one matrix product, in which the weights of the slices stand among
 * zeros; and what the gates do to its columns.
 */
final class FloatPlstmProjection {

  private final PlstmMaps maps;
  private final int inputSize;
  private final int width;
  private final FloatBlocks blocks;
  private final FloatProduct product;
  private final float[] dense;
  private final float[] denseGradient;
  private final float[] bias;

  /** The columns of all maps [rows,width]: first affine, gates after {@link #sigmoid}. */
  float[] columns;

  /** Their gradients. */
  float[] gradients;

  FloatPlstmProjection(PlstmMaps maps, int inputSize, FloatBlocks blocks, FloatProduct product) {
    this.maps = maps;
    this.inputSize = inputSize;
    this.blocks = blocks;
    this.product = product;
    width = maps.width();
    dense = new float[inputSize * width];
    denseGradient = new float[inputSize * width];
    bias = new float[width];
  }

  int width() {
    return width;
  }

  /** Takes the parameters of the maps, which begin at an index. */
  void set(float[][] parameters, int first) {
    for (PlstmMap map : maps.all()) {
      int column = maps.column(map);
      System.arraycopy(parameters[first + maps.bias(map)], 0, bias, column, map.outputs());
      if (map.weighted()) {
        float[] weight = parameters[first + maps.weight(map)];
        float factor = FloatMath.of(map.factor());
        int size = map.sliceSize();
        for (int o = 0; o < map.outputs(); o++) {
          int from = map.row(o) * size;
          int to = map.slice(o) * size;
          for (int c = 0; c < size; c++) {
            dense[(to + c) * width + column + o] = factor * weight[from + c];
          }
        }
      }
    }
  }

  /** columns = x W + b. */
  void forward(int rows, float[] x) {
    columns = FloatHostArrays.ensure(columns, (long) rows * width);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(bias, 0, columns, r * width, width);
    }
    product.multiply(
        rows, width, inputSize, x, inputSize, 1, dense, width, 1, columns, width, true);
  }

  /** Makes room for gradients of the columns, all zero. */
  void clearGradients(int rows) {
    gradients = FloatHostArrays.ensure(gradients, (long) rows * width);
    Arrays.fill(gradients, 0, rows * width, 0);
  }

  /**
   * Backward from the gradients of the columns.
   *
   * @param dx [rows,nIn], added to
   * @param parameterGradients overwritten from an index on
   */
  void backward(int rows, float[] x, float[] dx, float[][] parameterGradients, int first) {
    product.multiply(
        rows, inputSize, width, gradients, width, 1, dense, 1, width, dx, inputSize, true);
    product.multiply(
        inputSize, width, rows, x, 1, inputSize, gradients, width, 1, denseGradient, width, false);
    Arrays.fill(bias, 0); // from here on its gradient
    for (int r = 0; r < rows; r++) {
      blocks.addScaled(width, 1, gradients, r * width, bias, 0);
    }
    for (PlstmMap map : maps.all()) {
      int column = maps.column(map);
      float[] dBias = parameterGradients[first + maps.bias(map)];
      System.arraycopy(bias, column, dBias, 0, map.outputs());
      if (map.weighted()) {
        float[] dWeight = parameterGradients[first + maps.weight(map)];
        float factor = FloatMath.of(map.factor());
        int size = map.sliceSize();
        for (int o = 0; o < map.outputs(); o++) {
          int to = map.row(o) * size;
          int from = map.slice(o) * size;
          for (int c = 0; c < size; c++) {
            dWeight[to + c] = factor * denseGradient[(from + c) * width + column + o];
          }
        }
      }
    }
  }

  /** Columns of a map become gates. */
  void sigmoid(String name, int rows) {
    int column = maps.column(name);
    int count = maps.map(name).outputs();
    for (int r = 0; r < rows; r++) {
      blocks.sigmoid(count, columns, r * width + column, columns, r * width + column);
    }
  }

  /** Gradients of gates become those of the affine map. */
  void sigmoidBackward(String name, int rows) {
    int column = maps.column(name);
    int count = maps.map(name).outputs();
    for (int r = 0; r < rows; r++) {
      for (int i = r * width + column; i < r * width + column + count; i++) {
        gradients[i] *= columns[i] * (1 - columns[i]);
      }
    }
  }

  /** Makes the columns of a map zero in one row. */
  void clear(String name, int row) {
    int from = row * width + maps.column(name);
    Arrays.fill(columns, from, from + maps.map(name).outputs(), 0);
  }

  /** The part of a map that one of several heads has, from a row on. */
  FloatPlstmField field(String name, int row, int head, int heads) {
    return new FloatPlstmField(columns, offset(name, row, head, heads), width);
  }

  /** The gradient of {@link #field}. */
  FloatPlstmField gradient(String name, int row, int head, int heads) {
    return new FloatPlstmField(gradients, offset(name, row, head, heads), width);
  }

  /** {@link #field}, or its gradient. */
  FloatPlstmField part(String name, int row, int head, int heads, boolean ofGradient) {
    return ofGradient ? gradient(name, row, head, heads) : field(name, row, head, heads);
  }

  private int offset(String name, int row, int head, int heads) {
    int size = maps.map(name).outputs() / heads;
    return row * width + maps.column(name) + head * size;
  }

  /** First column of a map. */
  int column(String name) {
    return maps.column(name);
  }
}
