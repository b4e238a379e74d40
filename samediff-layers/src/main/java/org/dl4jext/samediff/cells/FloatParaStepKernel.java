package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps a layer with diagonal recurrence, without allocation. */
final class FloatParaStepKernel implements FloatStepKernel {

  private final ParaLayout layout;
  private final FloatBlocks blocks = FloatBlocks.forSteps();
  private final FloatParaRecurrence recurrence;
  private final PackedSteps one;
  private final float[] w;
  private final float[] bias;
  private final int n;

  FloatParaStepKernel(ParaLayout layout, INDArray[] parameters, int streams) {
    this.layout = layout;
    n = layout.outputSize();
    one = PackedSteps.of((float[]) null, streams, 1);
    w = FloatHostArrays.copy(parameters[0]);
    bias = FloatHostArrays.copy(parameters[2]);
    recurrence = new FloatParaRecurrence(layout.kind(), n, blocks);
    float[] a = FloatHostArrays.copy(parameters[1]);
    if (recurrence.hasC()) {
      float[] peepholes = FloatHostArrays.copy(parameters[3]);
      int length = a.length;
      a = Arrays.copyOf(a, length + peepholes.length);
      System.arraycopy(peepholes, 0, a, length, peepholes.length);
    }
    recurrence.cell.w = a;
    recurrence.begin(one, bias, false);
  }

  @Override
  public int streams() {
    return one.batch;
  }

  @Override
  public void step(float[] x, float[] y) {
    recurrence.setBiases(bias);
    int wRow = ParaKind.GATES * layout.headSize();
    for (int h = 0; h < layout.spec().heads(); h++) {
      int input = h * layout.headInputs();
      for (int g = 0; g < ParaKind.GATES; g++) {
        blocks.multiply(
            one.batch,
            layout.headSize(),
            layout.headInputs(),
            x,
            input,
            layout.inputSize(),
            1,
            w,
            input * wRow + g * layout.headSize(),
            wRow,
            recurrence.z,
            g * n + h * layout.headSize(),
            recurrence.row,
            1,
            true);
      }
    }
    recurrence.step();
    System.arraycopy(recurrence.h, 0, y, 0, one.batch * n);
  }

  private float[] state(int index) {
    return index == 0 ? recurrence.h : recurrence.c;
  }

  @Override
  public void readState(int index, float[] to) {
    System.arraycopy(state(index), 0, to, 0, one.batch * n);
  }

  @Override
  public void writeState(int index, float[] from) {
    System.arraycopy(from, 0, state(index), 0, one.batch * n);
  }

  @Override
  public void reset(int stream) {
    Arrays.fill(recurrence.h, stream * n, (stream + 1) * n, 0);
    if (recurrence.hasC()) {
      Arrays.fill(recurrence.c, stream * n, (stream + 1) * n, 0);
    }
  }
}
