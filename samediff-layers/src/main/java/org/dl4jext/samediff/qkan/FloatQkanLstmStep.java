package org.dl4jext.samediff.qkan;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps a QKAN-LSTM: {@link FloatQkanCell} on one row, without allocation. */
final class FloatQkanLstmStep implements FloatStepKernel {

  private final FloatQkanCell cell;
  private final FloatQkanCell.Tape tape;
  private final int inputs;
  private final int size;
  private final int streams;
  private final float[][] states;

  FloatQkanLstmStep(QkanLstmLayout layout, INDArray[] parameters, int streams) {
    float[][] p = FloatQkanLayerStep.read(parameters);
    FloatQkanCircuits circuits = new FloatQkanCircuits(layout.circuits());
    circuits.set(p);
    FloatBlocks blocks = FloatBlocks.forSteps();
    FloatQkanMap map = new FloatQkanMap(layout.circuits(), circuits, blocks);
    cell = new FloatQkanCell(layout, map, p, blocks);
    tape = new FloatQkanCell.Tape(layout, 1);
    inputs = layout.inputSize();
    size = layout.outputSize();
    this.streams = streams;
    states = new float[2][streams * size];
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(float[] x, float[] y) {
    for (int s = 0; s < streams; s++) {
      System.arraycopy(states[0], s * size, tape.v, 0, size);
      System.arraycopy(x, s * inputs, tape.v, size, inputs);
      cell.forward(tape, 0, states[0], states[1], s * size);
      System.arraycopy(states[0], s * size, y, s * size, size);
    }
  }

  @Override
  public void readState(int index, float[] to) {
    System.arraycopy(states[index], 0, to, 0, streams * size);
  }

  @Override
  public void writeState(int index, float[] from) {
    System.arraycopy(from, 0, states[index], 0, streams * size);
  }

  @Override
  public void reset(int stream) {
    for (float[] state : states) {
      Arrays.fill(state, stream * size, (stream + 1) * size, 0);
    }
  }
}
