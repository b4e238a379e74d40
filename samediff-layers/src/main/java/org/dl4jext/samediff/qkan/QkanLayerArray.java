package org.dl4jext.samediff.qkan;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A QKAN layer in the {@code ARRAY} execution: {@link QkanMapArray} on all steps at once. */
final class QkanLayerArray extends QkanLayerUnit {

  private QkanMapArray map;
  private QkanMapArray.Pass pass;
  private QkanMaskArray mask;

  QkanLayerArray(QkanLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    pass = null;
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    mask = QkanMaskArray.of(inputs[1], type);
    INDArray x = mask.shown(inputs[0]).reshape('c', steps * batch, layout.inputSize());
    INDArray[] parameters = Arrays.copyOfRange(inputs, FIRST_PARAMETER, inputs.length);
    QkanMapArray run = new QkanMapArray(layout, parameters);
    QkanMapArray.Pass forward = run.pass(x);
    INDArray y = run.forward(forward).reshape('c', steps, batch, layout.outputSize());
    if (outputs[0] != null) {
      outputs[0].permute(1, 0, 2).assign(mask.on() == null ? y : y.mul(mask.on()));
    }
    map = run;
    pass = keep ? forward : null;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(pass != null, inputs, outputGradients, inputGradients);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    INDArray dy =
        outputGradients[0] == null
            ? Nd4j.zeros(type, steps, batch, layout.outputSize())
            : mask.shown(outputGradients[0]);
    INDArray dx = map.backward(pass, dy.reshape('c', steps * batch, layout.outputSize()));
    pass = null;
    if (inputGradients[0] != null) {
      inputGradients[0]
          .permute(1, 0, 2)
          .assign(dx.dup('c').reshape('c', steps, batch, layout.inputSize()));
    }
    for (int i = 0; i < layout.parameters().size(); i++) {
      INDArray to = inputGradients[FIRST_PARAMETER + i];
      if (to != null) {
        to.assign(map.gradient(i, to.shape()));
      }
    }
  }
}
