package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The whole LSTM layer as one unit, forward and backward, the gradient of its input included. */
final class LstmKernelCandidate implements Worker.Candidate {

  private static final String[] NAMES = {"x", null, "0_W", "0_RW", "0_b"};

  private final LayerUnit unit;
  private final INDArray[] inputs;
  private final INDArray[] outputs;
  private final INDArray[] outputGradients;
  private final INDArray[] gradients = new INDArray[7];

  /**
   * @param sizes B, T, inputs, width
   */
  LstmKernelCandidate(Path directory, int[] sizes) throws IOException {
    long batch = sizes[0];
    long steps = sizes[1];
    long width = sizes[3];
    unit =
        new FlashLstm.Builder()
            .nIn(sizes[2])
            .nOut(width)
            .build()
            .unit(Execution.HOST, DataType.FLOAT);
    double scale = 1 / Math.sqrt(sizes[3]);
    inputs =
        new INDArray[] {
          Networks.random(batch, steps, sizes[2]),
          null,
          Networks.random(sizes[2], 4 * width).muli(scale),
          Networks.random(width, 4 * width).muli(scale),
          Networks.random(4 * width).muli(0.1),
          null,
          null
        };
    outputs = new INDArray[] {Nd4j.create(DataType.FLOAT, batch, steps, width), null, null};
    outputGradients = new INDArray[] {Networks.random(batch, steps, width), null, null};
    RawFiles.write(directory, "dy", outputGradients[0]);
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i] != null) {
        RawFiles.write(directory, NAMES[i], inputs[i]);
        gradients[i] = Nd4j.create(DataType.FLOAT, inputs[i].shape());
      }
    }
  }

  @Override
  public void run() {
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, outputGradients, gradients);
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
