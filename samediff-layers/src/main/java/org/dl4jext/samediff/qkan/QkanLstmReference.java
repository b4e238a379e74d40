package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A QKAN-LSTM in the {@code REFERENCE} execution: {@link QkanCellReference} step by step. */
final class QkanLstmReference extends QkanLstmUnit {

  private boolean kept;

  QkanLstmReference(QkanLstmLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    Run run = new Run(inputs);
    double[][] y = new double[run.batch * run.steps][layout.outputSize()];
    for (int n = 0; n < run.batch; n++) {
      for (int t : run.valid[n]) {
        QkanCellReference.Step step = run.step(n, t);
        y[n * run.steps + t] = step.h();
      }
    }
    ReferenceArrays.write(y, outputs[0]);
    ReferenceArrays.write(run.h, outputs[1]);
    ReferenceArrays.write(run.c, outputs[2]);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    Run run = new Run(inputs);
    int size = layout.outputSize();
    double[][] dy = ReferenceArrays.rows(outputGradients[0], run.batch * run.steps, size);
    double[][] dh = ReferenceArrays.rows(outputGradients[1], run.batch, size);
    double[][] dc = ReferenceArrays.rows(outputGradients[2], run.batch, size);
    double[][] dx = new double[run.batch * run.steps][layout.inputSize()];
    for (int n = 0; n < run.batch; n++) {
      int[] valid = run.valid[n];
      QkanCellReference.Step[] tape = new QkanCellReference.Step[valid.length];
      for (int i = 0; i < valid.length; i++) {
        tape[i] = run.step(n, valid[i]);
      }
      for (int i = valid.length - 1; i >= 0; i--) {
        int row = n * run.steps + valid[i];
        for (int e = 0; e < size; e++) {
          dh[n][e] += dy[row][e];
        }
        double[] dv = run.cell.backward(tape[i], dh[n], dc[n]);
        System.arraycopy(dv, 0, dh[n], 0, size);
        System.arraycopy(dv, size, dx[row], 0, layout.inputSize());
      }
    }
    ReferenceArrays.write(dx, inputGradients[0]);
    for (int i = 0; i < layout.parameters().size(); i++) {
      ReferenceArrays.write(run.cell.gradient(i), inputGradients[FIRST_PARAMETER + i]);
    }
    ReferenceArrays.write(dh, inputGradients[arrays.firstState()]);
    ReferenceArrays.write(dc, inputGradients[arrays.firstState() + 1]);
  }

  /** The inputs of a call as Java arrays, and where it has come to. */
  private final class Run {
    final int batch;
    final int steps;
    final int[][] valid;
    final QkanCellReference cell;
    final double[][] h;
    final double[][] c;
    private final double[][] x;

    Run(INDArray[] inputs) {
      batch = Math.toIntExact(inputs[0].size(0));
      steps = Math.toIntExact(inputs[0].size(1));
      valid = ReferenceArrays.validSteps(inputs[1], batch, steps);
      x = ReferenceArrays.rows(inputs[0], batch * steps, layout.inputSize());
      int count = layout.parameters().size();
      cell = new QkanCellReference(layout, ReferenceArrays.flat(inputs, FIRST_PARAMETER, count));
      h = ReferenceArrays.rows(inputs[arrays.firstState()], batch, layout.outputSize());
      c = ReferenceArrays.rows(inputs[arrays.firstState() + 1], batch, layout.outputSize());
    }

    QkanCellReference.Step step(int n, int t) {
      QkanCellReference.Step step = cell.forward(x[n * steps + t], h[n], c[n]);
      h[n] = step.h();
      c[n] = step.c();
      return step;
    }
  }
}
