package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A whole layer as one unit, forward and backward, the gradient of its input included. */
final class LayerKernelCandidate extends UnitCandidate {

  /** Before the parameters: the input and the mask. */
  private static final int FIRST_PARAMETER = 2;

  private final List<TensorShape> parameters;

  /**
   * @param layer with its sizes set
   */
  LayerKernelCandidate(Path directory, SequenceLayer<?> layer, int batch, int steps)
      throws IOException {
    super(
        layer.unit(Execution.HOST, DataType.FLOAT),
        FIRST_PARAMETER
            + layer.parameters(layer.getNIn(), layer.getNOut()).size()
            + layer.states(layer.getNIn(), layer.getNOut()).size(),
        1 + layer.states(layer.getNIn(), layer.getNOut()).size());
    parameters = layer.parameters(layer.getNIn(), layer.getNOut());
    inputs[0] = Networks.random(batch, steps, layer.getNIn());
    RawFiles.write(directory, "x", inputs[0]);
    gradients[0] = Nd4j.create(DataType.FLOAT, inputs[0].shape());
    for (int i = 0; i < parameters.size(); i++) {
      INDArray view = Nd4j.create(DataType.FLOAT, parameters.get(i).toArray());
      layer.initializeParameter(parameters.get(i), view);
      inputs[FIRST_PARAMETER + i] = view;
      gradients[FIRST_PARAMETER + i] = Nd4j.create(DataType.FLOAT, view.shape());
      RawFiles.write(directory, file(i), view);
    }
    outputs[0] = Nd4j.create(DataType.FLOAT, batch, steps, layer.getNOut());
    outputGradients[0] = Networks.random(batch, steps, layer.getNOut());
    RawFiles.write(directory, "dy", outputGradients[0]);
  }

  private String file(int parameter) {
    return "0_" + parameters.get(parameter).name();
  }

  @Override
  public void check(Path directory) throws IOException {
    run();
    RawFiles.write(directory, "output", outputs[0]);
    RawFiles.write(directory, "dx", gradients[0]);
    for (int i = 0; i < parameters.size(); i++) {
      RawFiles.write(directory, file(i) + ".gradient", gradients[FIRST_PARAMETER + i]);
    }
  }
}
