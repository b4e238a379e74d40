package org.dl4jext.samediff.block;

import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The reference execution: a {@link RowFunction}, step by step. */
final class ReferenceRowUnit implements LayerUnit {

  private final RowLayout layout;
  private final RowFunction function;
  private final DataType dataType;
  private boolean kept;

  ReferenceRowUnit(RowLayout layout, RowFunction function, DataType dataType) {
    this.layout = layout;
    this.function = function;
    this.dataType = dataType;
  }

  @Override
  public List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public List<TensorShape> states() {
    return List.of();
  }

  @Override
  public long outputSize() {
    return layout.outputSize();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    layout.requireForward(dataType, inputs, outputs);
    kept = keep;
    double[][] parameters = parameters(inputs);
    double[][] x = rows(inputs[0], layout.inputSize());
    double[][] y = new double[x.length][(int) layout.outputSize()];
    for (int row : valid(inputs[1], x.length)) {
      y[row] = function.value(x[row], parameters);
    }
    write(y, outputs[0]);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(layout.name() + ": no forward pass was kept");
    }
    layout.requireBackward(dataType, inputs, outputGradients, inputGradients);
    double[][] parameters = parameters(inputs);
    double[][] parameterGradients = new double[parameters.length][];
    for (int i = 0; i < parameters.length; i++) {
      parameterGradients[i] = new double[parameters[i].length];
    }
    double[][] x = rows(inputs[0], layout.inputSize());
    double[][] dx = new double[x.length][(int) layout.inputSize()];
    if (outputGradients[0] != null) {
      double[][] dy = rows(outputGradients[0], layout.outputSize());
      for (int row : valid(inputs[1], x.length)) {
        dx[row] = function.gradient(x[row], parameters, dy[row], parameterGradients);
      }
    }
    write(dx, inputGradients[0]);
    for (int i = 0; i < parameters.length; i++) {
      write(new double[][] {parameterGradients[i]}, inputGradients[FIRST_PARAMETER + i]);
    }
  }

  private static int[] valid(INDArray mask, int rows) {
    int[] valid = RowLayout.validRows(mask);
    return valid == null ? java.util.stream.IntStream.range(0, rows).toArray() : valid;
  }

  private double[][] parameters(INDArray[] inputs) {
    double[][] parameters = new double[layout.parameters().size()][];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = inputs[FIRST_PARAMETER + i].dup('c').data().asDouble();
    }
    return parameters;
  }

  private static double[][] rows(INDArray array, long size) {
    double[] values = array.dup('c').data().asDouble();
    double[][] rows = new double[(int) (values.length / size)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = java.util.Arrays.copyOfRange(values, (int) (i * size), (int) ((i + 1) * size));
    }
    return rows;
  }

  private static void write(double[][] rows, INDArray to) {
    if (to != null) {
      to.assign(Nd4j.createFromArray(rows).reshape('c', to.shape()));
    }
  }
}
