package org.dl4jext.samediff.qkan;

import java.util.Arrays;
import org.dl4jext.samediff.ReferenceArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A QKAN layer in the {@code HOST} execution: {@link FloatQkanMap} on each valid step. */
final class FloatQkanLayer extends QkanLayerUnit {

  private final FloatQkanWorkers workers;
  private float[] x;
  private float[] y;
  private float[] d;
  private int[][] valid;

  FloatQkanLayer(QkanLayout layout) {
    super(layout, FloatMath.TYPE);
    workers = new FloatQkanWorkers(layout, layout.parameters().size());
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    int batch = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    int inSize = layout.inputSize();
    int outSize = layout.outputSize();
    valid = null;
    int[][] rows = rows(inputs[1], batch, steps);
    x = workers.read(inputs[0], x, inputs[0].length());
    y = workers.read(null, y, (long) batch * steps * outSize);
    workers.begin(inputs, FIRST_PARAMETER, rows.length, batch * steps / rows.length);
    workers.run(
        (n, worker) -> {
          for (int row : rows[n]) {
            workers.map(worker).forward(x, row * inSize, y, row * outSize);
          }
        });
    workers.write(y, outputs[0]);
    valid = keep ? rows : null;
  }

  /** Rows that are real, in parts that may run in parallel. */
  private static int[][] rows(INDArray mask, int batch, int steps) {
    int[][] rows = ReferenceArrays.validSteps(mask, batch, steps);
    for (int n = 0; n < batch; n++) {
      int first = n * steps;
      rows[n] = Arrays.stream(rows[n]).map(t -> first + t).toArray();
    }
    return rows;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(valid != null, inputs, outputGradients, inputGradients);
    int inSize = layout.inputSize();
    int outSize = layout.outputSize();
    y = workers.read(outputGradients[0], y, inputs[0].length() / inSize * outSize);
    d = workers.read(null, d, inputs[0].length());
    workers.clearSums();
    workers.run(
        (n, worker) -> {
          FloatQkanSums sums = workers.sums(worker);
          for (int row : valid[n]) {
            workers.map(worker).backward(x, row * inSize, y, row * outSize, d, row * inSize, sums);
          }
        });
    workers.write(d, inputGradients[0]);
    workers.writeGradients(inputGradients, FIRST_PARAMETER);
  }
}
