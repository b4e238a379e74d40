package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A head-wise layer in the {@code HOST} execution: the input projection of all steps as one
 * product, then {@link FloatCellRecurrence}.
 */
final class FloatCellLayer extends CellLayerUnit {

  private final CellKind kind;
  private final FloatCellRecurrence recurrence;
  private final FloatCellPort port;
  private final FloatCellProjection projection;
  private PackedSteps steps;
  private boolean kept;
  private float[] x;
  private float[] w;
  private float[] r;
  private float[] b;
  private float[] dx;
  private float[] dw;
  private float[] dr;
  private float[] db;
  private float[][] spares = new float[3][];
  private int batchOfParameters;
  private boolean backwardParameters;

  FloatCellLayer(CellLayout layout) {
    super(layout, FloatMath.TYPE);
    this.kind = layout.kind();
    this.recurrence = new FloatCellRecurrence(layout.spec(), layout.headSize(), FloatBlocks.best());
    this.port = new FloatCellPort(recurrence, kind.states().size(), layout.outputSize());
    this.projection = new FloatCellProjection(layout, recurrence);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    kept = false;
    steps = steps(inputs);
    takeParameters(inputs, keep);
    recurrence.begin(steps);
    port.readStates(inputs, arrays.firstState(), steps);
    x = port.readRows(inputs[0].permute(1, 0, 2), layout.inputSize(), steps, x);
    projection.forward(x, steps.rows);
    recurrence.forward(keep);
    port.writeOutputs(timeMajor(outputs[0]), steps);
    port.writeStates(outputs, 1, steps);
    kept = keep;
  }

  /** Rearranges the parameters, unless they are those of the last call: many steps in a row are. */
  private void takeParameters(INDArray[] inputs, boolean keep) {
    float[][] last = {w, r, b};
    boolean same = w != null && batchOfParameters == Math.min(2, steps.batch);
    same &= backwardParameters || !keep;
    w = port.read(inputs[W], spares[0]);
    r = port.read(inputs[R], spares[1]);
    b = port.read(inputs[BIAS], spares[2]);
    spares = last;
    if (same
        && Arrays.equals(w, last[0])
        && Arrays.equals(r, last[1])
        && Arrays.equals(b, last[2])) {
      return;
    }
    batchOfParameters = Math.min(2, steps.batch);
    backwardParameters = keep;
    recurrence.setParameters(
        r, CellStrides.recurrent(layout), b, CellStrides.bias(layout), steps.batch, keep);
    projection.setWeights(w);
  }

  private PackedSteps steps(INDArray[] inputs) {
    int batch = Math.toIntExact(inputs[0].size(0));
    int length = Math.toIntExact(inputs[0].size(1));
    float[] mask = inputs[1] == null ? null : port.read(inputs[1], null);
    return PackedSteps.of(mask, batch, length);
  }

  private static INDArray timeMajor(INDArray array) {
    return array == null ? null : array.permute(1, 0, 2);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    kept = false;
    recurrence.beginBackward();
    port.readOutputGradients(timeMajor(outputGradients[0]), steps);
    port.readStateGradients(outputGradients, 1, steps);
    recurrence.backward();
    if (inputGradients[0] != null) {
      dx = FloatHostArrays.ensure(dx, (long) steps.rows * layout.inputSize());
      Arrays.fill(dx, 0, steps.rows * layout.inputSize(), 0);
      projection.inputGradient(w, dx, steps.rows);
      port.writeRows(dx, layout.inputSize(), steps, timeMajor(inputGradients[0]));
    }
    if (inputGradients[W] != null) {
      dw = FloatHostArrays.ensure(dw, w.length);
      projection.weightGradient(x, dw, steps.rows);
      port.host().write(dw, 0, inputGradients[W]);
    }
    if (inputGradients[R] != null) {
      dr = FloatHostArrays.ensure(dr, r.length);
      recurrence.recurrentGradient(dr, CellStrides.recurrent(layout));
      port.host().write(dr, 0, inputGradients[R]);
    }
    if (inputGradients[BIAS] != null) {
      db = FloatHostArrays.ensure(db, b.length);
      recurrence.biasGradient(db, CellStrides.bias(layout));
      port.host().write(db, 0, inputGradients[BIAS]);
    }
    port.writeStateGradients(inputGradients, arrays.firstState(), steps);
  }
}
