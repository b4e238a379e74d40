package org.dl4jext.samediff.block;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer that maps each step by itself, on Java arrays: the valid steps are packed into the rows
 * of a matrix, so that a masked step cannot be seen.
 */
abstract class FloatRowUnit implements DifferentiableUnit {

  private final RowLayout layout;
  private final DataType dataType;
  private final int inputSize;
  private final int outputSize;
  private final float[][] parameters;
  private final float[][] parameterGradients;
  private final FloatHostArrays arrays = new FloatHostArrays();
  private float[] x;
  private float[] y;
  private float[] dx;
  private int[] valid;
  private int rows = -1;

  FloatRowUnit(RowLayout layout, DataType dataType) {
    this.layout = layout;
    this.dataType = dataType;
    inputSize = Math.toIntExact(layout.inputSize());
    outputSize = Math.toIntExact(layout.outputSize());
    parameters = new float[layout.parameters().size()][];
    parameterGradients = new float[parameters.length][];
    for (int i = 0; i < parameters.length; i++) {
      int length = Math.toIntExact(layout.parameters().get(i).length());
      parameters[i] = new float[length];
      parameterGradients[i] = new float[length];
    }
  }

  /** y [rows,nOut] of x [rows,nIn]; keeps what {@link #backward} needs beside x. */
  abstract void forward(int rows, float[] x, float[][] parameters, float[] y);

  /** Overwrites dx [rows,nIn] and the parameter gradients. */
  abstract void backward(
      int rows,
      float[] x,
      float[][] parameters,
      float[] dy,
      float[] dx,
      float[][] parameterGradients);

  @Override
  public final void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    layout.requireForward(dataType, inputs, outputs);
    rows = -1;
    int all = Math.toIntExact(inputs[0].size(0) * inputs[0].size(1));
    valid = RowLayout.validRows(inputs[1]);
    int count = valid == null ? all : valid.length;
    x = FloatHostArrays.ensure(x, (long) all * inputSize);
    y = FloatHostArrays.ensure(y, (long) all * outputSize);
    arrays.read(inputs[0], x, 0);
    pack(x, inputSize);
    readParameters(inputs);
    forward(count, x, parameters, y);
    if (outputs[0] != null) {
      unpack(y, outputSize, all);
      arrays.write(y, 0, outputs[0]);
    }
    rows = keep ? count : -1;
  }

  @Override
  public final void backward(
      INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (rows < 0) {
      throw new IllegalStateException(layout.name() + ": no forward pass was kept");
    }
    layout.requireBackward(dataType, inputs, outputGradients, inputGradients);
    int all = Math.toIntExact(inputs[0].size(0) * inputs[0].size(1));
    if (outputGradients[0] == null) {
      java.util.Arrays.fill(y, 0, all * outputSize, 0);
    } else {
      arrays.read(outputGradients[0], y, 0);
    }
    pack(y, outputSize);
    readParameters(inputs);
    dx = FloatHostArrays.ensure(dx, (long) all * inputSize);
    backward(rows, x, parameters, y, dx, parameterGradients);
    if (inputGradients[0] != null) {
      unpack(dx, inputSize, all);
      arrays.write(dx, 0, inputGradients[0]);
    }
    for (int i = 0; i < parameters.length; i++) {
      if (inputGradients[LayerUnit.FIRST_PARAMETER + i] != null) {
        arrays.write(parameterGradients[i], 0, inputGradients[LayerUnit.FIRST_PARAMETER + i]);
      }
    }
  }

  private void readParameters(INDArray[] inputs) {
    for (int i = 0; i < parameters.length; i++) {
      arrays.read(inputs[LayerUnit.FIRST_PARAMETER + i], parameters[i], 0);
    }
  }

  /** Moves the valid rows to the front. */
  private void pack(float[] values, int size) {
    if (valid != null) {
      for (int i = 0; i < valid.length; i++) {
        System.arraycopy(values, valid[i] * size, values, i * size, size);
      }
    }
  }

  /** Moves the packed rows back and zeroes the others. */
  private void unpack(float[] values, int size, int all) {
    if (valid == null) {
      return;
    }
    int end = all;
    for (int i = valid.length - 1; i >= 0; i--) {
      java.util.Arrays.fill(values, (valid[i] + 1) * size, end * size, 0);
      System.arraycopy(values, i * size, values, valid[i] * size, size);
      end = valid[i];
    }
    java.util.Arrays.fill(values, 0, end * size, 0);
  }
}
