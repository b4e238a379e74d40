package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps a head-wise layer: {@link FloatCellRecurrence} one step at a time, without allocation. */
final class FloatCellStepKernel implements FloatStepKernel {

  private final FloatCellRecurrence recurrence;
  private final FloatPanels weights;
  private final PackedSteps one;
  private final int inputs;
  private final int elements;

  FloatCellStepKernel(CellLayout layout, INDArray[] parameters, int streams) {
    FloatBlocks blocks = FloatBlocks.best();
    inputs = layout.inputSize();
    elements = layout.outputSize();
    one = PackedSteps.of((float[]) null, streams, 1);
    recurrence = new FloatCellRecurrence(layout.spec(), layout.headSize(), blocks);
    float[] r = FloatHostArrays.copy(parameters[1]);
    float[] b = FloatHostArrays.copy(parameters[2]);
    recurrence.setParameters(
        r, CellStrides.recurrent(layout), b, CellStrides.bias(layout), streams, false);
    recurrence.begin(one);
    weights = inputWeights(layout, FloatHostArrays.copy(parameters[0]), blocks, streams);
  }

  private FloatPanels inputWeights(CellLayout layout, float[] w, FloatBlocks blocks, int streams) {
    CellKind kind = layout.kind();
    CellStrides places = CellStrides.input(layout);
    FloatPanels panels = new FloatPanels(blocks);
    panels.clear(inputs, recurrence.zRow, streams);
    int columns = kind.inputGates() * elements;
    for (int h = 0; h < layout.spec().heads(); h++) {
      for (int g = 0; g < kind.inputGates(); g++) {
        int column = recurrence.gateColumn(h, g + kind.firstInputGate());
        for (int i = 0; i < inputs; i++) {
          panels.setRow(i, column, layout.headSize(), w, i * columns + places.at(g, h, 0, 0), 1);
        }
      }
    }
    return panels;
  }

  @Override
  public int streams() {
    return one.batch;
  }

  @Override
  public void step(float[] x, float[] y) {
    recurrence.setBiases();
    int zRow = recurrence.zRow;
    weights.addProduct(one.batch, x, 0, inputs, recurrence.z, 0, zRow);
    recurrence.step();
    for (int s = 0; s < one.batch; s++) {
      recurrence.unpad(recurrence.y, s * recurrence.yRow, y, s * elements);
    }
  }

  @Override
  public void readState(int index, float[] to) {
    for (int s = 0; s < one.batch; s++) {
      recurrence.unpad(state(index), stateRow(index, s), to, s * elements);
    }
  }

  @Override
  public void writeState(int index, float[] from) {
    for (int s = 0; s < one.batch; s++) {
      recurrence.pad(from, s * elements, state(index), stateRow(index, s));
    }
  }

  @Override
  public void reset(int stream) {
    Arrays.fill(recurrence.y, stateRow(0, stream), stateRow(0, stream) + recurrence.yRow, 0);
    for (int k = 1; k <= recurrence.states(); k++) {
      Arrays.fill(recurrence.s, stateRow(k, stream), stateRow(k, stream) + recurrence.yRow, 0);
    }
  }

  private float[] state(int index) {
    return index == 0 ? recurrence.y : recurrence.s;
  }

  private int stateRow(int index, int stream) {
    return (index == 0 ? stream : (index - 1) * one.batch + stream) * recurrence.yRow;
  }
}
