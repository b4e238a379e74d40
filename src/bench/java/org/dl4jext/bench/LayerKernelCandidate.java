package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The whole LSTM layer as one unit, forward and backward, the gradient of its input included. */
final class LstmKernelCandidate extends UnitCandidate {

  private static final String[] NAMES = {"x", null, "0_W", "0_RW", "0_b"};

  /**
   * @param sizes B, T, inputs, width
   */
  LstmKernelCandidate(Path directory, int[] sizes) throws IOException {
    super(
        new FlashLstm.Builder()
            .nIn(sizes[2])
            .nOut(sizes[3])
            .build()
            .unit(Execution.HOST, DataType.FLOAT),
        7,
        3);
    long width = sizes[3];
    double scale = 1 / Math.sqrt(sizes[3]);
    inputs[0] = Networks.random(sizes[0], sizes[1], sizes[2]);
    inputs[2] = Networks.random(sizes[2], 4 * width).muli(scale);
    inputs[3] = Networks.random(width, 4 * width).muli(scale);
    inputs[4] = Networks.random(4 * width).muli(0.1);
    outputs[0] = Nd4j.create(DataType.FLOAT, sizes[0], sizes[1], width);
    outputGradients[0] = Networks.random(sizes[0], sizes[1], width);
    RawFiles.write(directory, "dy", outputGradients[0]);
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i] != null) {
        RawFiles.write(directory, NAMES[i], inputs[i]);
        gradients[i] = Nd4j.create(DataType.FLOAT, inputs[i].shape());
      }
    }
  }

  @Override
  public void check(Path directory) throws IOException {
    run();
    RawFiles.write(directory, "output", outputs[0]);
    RawFiles.write(directory, "dx", gradients[0]);
    for (int i = 2; i < NAMES.length; i++) {
      RawFiles.write(directory, NAMES[i] + ".gradient", gradients[i]);
    }
  }
}
