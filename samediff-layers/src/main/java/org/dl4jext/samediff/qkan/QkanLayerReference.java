package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A QKAN layer in the {@code REFERENCE} execution: {@link QkanReference} on each valid step. */
final class QkanLayerReference extends QkanLayerUnit {

  private boolean kept;

  QkanLayerReference(QkanLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    QkanReference map = map(inputs);
    int batch = (int) inputs[0].size(0);
    int steps = (int) inputs[0].size(1);
    double[][] x = ReferenceArrays.rows(inputs[0], batch * steps, layout.inputSize());
    double[][] y = new double[batch * steps][layout.outputSize()];
    int[][] valid = ReferenceArrays.validSteps(inputs[1], batch, steps);
    for (int n = 0; n < batch; n++) {
      for (int t : valid[n]) {
        y[n * steps + t] = map.forward(x[n * steps + t]);
      }
    }
    ReferenceArrays.write(y, outputs[0]);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    QkanReference map = map(inputs);
    int batch = (int) inputs[0].size(0);
    int steps = (int) inputs[0].size(1);
    double[][] x = ReferenceArrays.rows(inputs[0], batch * steps, layout.inputSize());
    double[][] dx = new double[batch * steps][layout.inputSize()];
    double[][] dy = ReferenceArrays.rows(outputGradients[0], batch * steps, layout.outputSize());
    int[][] valid = ReferenceArrays.validSteps(inputs[1], batch, steps);
    for (int n = 0; n < batch; n++) {
      for (int t : valid[n]) {
        dx[n * steps + t] = map.backward(x[n * steps + t], dy[n * steps + t]);
      }
    }
    ReferenceArrays.write(dx, inputGradients[0]);
    for (int i = 0; i < map.gradients.length; i++) {
      ReferenceArrays.write(map.gradients[i], inputGradients[FIRST_PARAMETER + i]);
    }
  }

  private QkanReference map(INDArray[] inputs) {
    return new QkanReference(
        layout, ReferenceArrays.flat(inputs, FIRST_PARAMETER, layout.parameters().size()));
  }
}
