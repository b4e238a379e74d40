package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.ReferenceArrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A QKAN-LSTM in the {@code HOST} execution: {@link FloatQkanCell} step by step, the examples in
 * parallel. Keeps a few numbers for each step and output, none for an edge.
 */
final class FloatQkanLstm extends QkanLstmUnit {

  private final FloatQkanWorkers workers;
  private FloatQkanCell[] cells = new FloatQkanCell[0];
  private FloatQkanCell.CodecSums[] codecSums = new FloatQkanCell.CodecSums[0];
  private FloatQkanCell.Tape tape;
  private int tapeRows;
  private float[] x;
  private float[] y;
  private float[] h;
  private float[] c;
  private float[][] dv = new float[0][];
  private int[][] valid;

  FloatQkanLstm(QkanLstmLayout layout) {
    super(layout, FloatMath.TYPE);
    workers = new FloatQkanWorkers(layout.circuits(), layout.parameters().size());
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    int batch = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    int size = layout.outputSize();
    int inSize = layout.inputSize();
    int joined = layout.joinedSize();
    valid = null;
    int[][] real = ReferenceArrays.validSteps(inputs[1], batch, steps);
    workers.begin(inputs, FIRST_PARAMETER, batch, steps);
    prepare(Math.multiplyExact(batch, steps));
    x = workers.read(inputs[0], x, inputs[0].length());
    y = workers.read(null, y, (long) batch * steps * size);
    h = workers.read(inputs[arrays.firstState()], h, (long) batch * size);
    c = workers.read(inputs[arrays.firstState() + 1], c, (long) batch * size);
    workers.run(
        (n, worker) -> {
          for (int t : real[n]) {
            int row = n * steps + t;
            System.arraycopy(h, n * size, tape.v, row * joined, size);
            System.arraycopy(x, row * inSize, tape.v, row * joined + size, inSize);
            cells[worker].forward(tape, row, h, c, n * size);
            System.arraycopy(h, n * size, y, row * size, size);
          }
        });
    workers.write(y, outputs[0]);
    workers.write(h, outputs[1]);
    workers.write(c, outputs[2]);
    valid = keep ? real : null;
  }

  private void prepare(int rows) {
    if (tape == null || tapeRows < rows) {
      tape = new FloatQkanCell.Tape(layout, rows);
      tapeRows = rows;
    }
    int count = workers.count();
    if (cells.length < count) {
      cells = new FloatQkanCell[count];
      codecSums = new FloatQkanCell.CodecSums[count];
      dv = new float[count][layout.joinedSize()];
      for (int w = 0; w < count; w++) {
        cells[w] =
            new FloatQkanCell(layout, workers.map(w), workers.parameters, FloatBlocks.best());
        codecSums[w] = new FloatQkanCell.CodecSums(layout);
      }
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(valid != null, inputs, outputGradients, inputGradients);
    int batch = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    int size = layout.outputSize();
    int inSize = layout.inputSize();
    y = workers.read(outputGradients[0], y, (long) batch * steps * size);
    x = workers.read(null, x, inputs[0].length()); // from here on its gradient
    h = workers.read(outputGradients[1], h, (long) batch * size);
    c = workers.read(outputGradients[2], c, (long) batch * size);
    workers.clearSums();
    for (FloatQkanCell.CodecSums one : codecSums) {
      one.clear();
    }
    workers.run(
        (n, worker) -> {
          for (int i = valid[n].length - 1; i >= 0; i--) {
            int row = n * steps + valid[n][i];
            for (int e = 0; e < size; e++) {
              h[n * size + e] += y[row * size + e];
            }
            cells[worker].backward(
                tape, row, h, c, n * size, dv[worker], workers.sums(worker), codecSums[worker]);
            System.arraycopy(dv[worker], 0, h, n * size, size);
            System.arraycopy(dv[worker], size, x, row * inSize, inSize);
          }
        });
    workers.write(x, inputGradients[0]);
    workers.writeGradients(inputGradients, FIRST_PARAMETER);
    writeCodec(inputGradients);
    workers.write(h, inputGradients[arrays.firstState()]);
    workers.write(c, inputGradients[arrays.firstState() + 1]);
  }

  private void writeCodec(INDArray[] inputGradients) {
    for (int i = 0; i < layout.parameters().size() - layout.codec(); i++) {
      float[] sum = codecSums[0].parts[i];
      for (int w = 1; w < workers.count(); w++) {
        for (int j = 0; j < sum.length; j++) {
          sum[j] += codecSums[w].parts[i][j];
        }
      }
      workers.write(sum, inputGradients[FIRST_PARAMETER + layout.codec() + i]);
    }
  }
}
