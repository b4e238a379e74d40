package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One call of {@code MultiLayerNetwork.fit}: a layer, RnnOutputLayer, Adam. A check writes the data
 * and parameters for the other side too, if they are not there yet.
 */
final class FitCandidate implements Worker.Candidate {

  private final MultiLayerNetwork net;
  private final INDArray x;
  private final INDArray y;

  private FitCandidate(Layer layer, int batch, int steps, int inputs) {
    net = Networks.network(layer, inputs);
    x = Networks.inputs(batch, inputs, steps);
    y = Networks.labels(batch, steps);
  }

  /**
   * @param sizes B, T, width, heads, n
   */
  static FitCandidate delta(Path directory, int[] sizes) throws IOException {
    return new FitCandidate(
            Networks.delta(sizes[2], sizes[3], sizes[4]), sizes[0], sizes[1], sizes[2])
        .offering(directory);
  }

  /**
   * @param sizes B, T, inputs, width
   */
  static FitCandidate lstm(Path directory, int[] sizes, boolean flash) throws IOException {
    Layer layer =
        flash
            ? new FlashLstm.Builder().nOut(sizes[3]).build()
            : new LSTM.Builder().nOut(sizes[3]).activation(Activation.TANH).build();
    return new FitCandidate(layer, sizes[0], sizes[1], sizes[2]).offering(directory);
  }

  /** Leaves data and parameters for others; those of a check are the same. */
  private FitCandidate offering(Path directory) throws IOException {
    RawFiles.write(directory, "x", x.permute(0, 2, 1));
    RawFiles.write(directory, "y", y.permute(0, 2, 1));
    for (String name : net.paramTable().keySet()) {
      RawFiles.write(directory, name, net.getParam(name));
    }
    return this;
  }

  @Override
  public void run() {
    net.fit(x, y);
  }

  @Override
  public void check(Path directory) throws IOException {
    RawFiles.write(directory, "output", net.output(x).permute(0, 2, 1));
    net.setInput(x);
    net.setLabels(y);
    net.computeGradientAndScore();
    for (var gradient : net.gradient().gradientForVariable().entrySet()) {
      RawFiles.write(directory, gradient.getKey() + ".gradient", gradient.getValue());
    }
  }
}
