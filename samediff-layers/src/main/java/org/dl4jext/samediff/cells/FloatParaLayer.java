package org.dl4jext.samediff.cells;

import java.util.function.IntUnaryOperator;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer with diagonal recurrence in the {@code HOST} execution: the input projection of all steps
 * as one product, then {@link FloatParaRecurrence} or {@link FloatParaNewton}.
 */
final class FloatParaLayer extends ParaLayerUnit {

  private final int n;
  private final boolean hasC;
  private final FloatParaRecurrence recurrence;
  private final FloatParaNewton newton;
  private final FloatParaProjection projection;
  private final FloatPackedRows port = new FloatPackedRows();
  private PackedSteps steps;
  private boolean kept;
  private float[] x;
  private float[] w;
  private float[] bias;
  private float[] scratch;

  FloatParaLayer(ParaLayout layout, boolean everyState) {
    super(layout, FloatMath.TYPE, everyState);
    FloatBlocks blocks = FloatBlocks.best();
    n = layout.outputSize();
    hasC = layout.kind() == ParaKind.LSTM;
    recurrence = new FloatParaRecurrence(layout.kind(), n, blocks);
    newton = newton() ? new FloatParaNewton(recurrence) : null;
    projection = new FloatParaProjection(layout, blocks);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    kept = false;
    int batch = Math.toIntExact(inputs[0].size(0));
    float[] mask = inputs[1] == null ? null : port.read(inputs[1], null);
    steps = PackedSteps.of(mask, batch, Math.toIntExact(inputs[0].size(1)));
    w = port.read(inputs[W], w);
    bias = port.read(inputs[BIAS], bias);
    recurrence.cell.w = cellParameters(inputs);
    recurrence.begin(steps, bias, everyState || newton != null);
    readInitial(inputs[arrays.firstState()], recurrence.h);
    if (hasC) {
      readInitial(inputs[arrays.firstState() + 1], recurrence.c);
    }
    x = port.readRows(inputs[0].permute(1, 0, 2), layout.inputSize(), steps, x);
    projection.forward(x, w, recurrence.z, steps.rows);
    run(keep);
    writeOutputs(outputs);
    kept = keep;
  }

  private float[] cellParameters(INDArray[] inputs) {
    int a = ParaKind.GATES * n;
    float[] all = new float[a + layout.kind().peepholes() * n];
    port.host().read(inputs[A], all, 0);
    if (hasC) {
      port.host().read(inputs[C], all, a);
    }
    return all;
  }

  private void run(boolean keep) {
    if (newton == null || fallsBack(newton.run(layout.spec().maxIterations()))) {
      recurrence.forward(keep);
    } else if (keep) {
      recurrence.activate();
    }
  }

  private void readInitial(INDArray from, float[] to) {
    if (from != null) {
      scratch = port.read(from, scratch);
      for (int s = 0; s < steps.batch; s++) {
        System.arraycopy(scratch, steps.order[s] * n, to, s * n, n);
      }
    }
  }

  private void writeOutputs(INDArray[] outputs) {
    writeEvery(recurrence.h, outputs[0]);
    if (everyState) {
      writeEvery(recurrence.h, outputs[1]);
      if (hasC) {
        writeEvery(recurrence.c, outputs[2]);
      }
      return;
    }
    if (outputs[1] != null) {
      writeSlots(recurrence.h, s -> recurrence.lastRow(s) * n, outputs[1]);
    }
    if (hasC && outputs[2] != null) {
      writeSlots(recurrence.c, recurrence::lastC, outputs[2]);
    }
  }

  /** The rows after the first N. */
  private void writeEvery(float[] rows, INDArray to) {
    if (to != null) {
      scratch = FloatHostArrays.ensure(scratch, (long) steps.rows * n);
      System.arraycopy(rows, steps.batch * n, scratch, 0, steps.rows * n);
      port.writeRows(scratch, n, steps, to.permute(1, 0, 2));
    }
  }

  private void writeSlots(float[] from, IntUnaryOperator at, INDArray to) {
    scratch = FloatHostArrays.ensure(scratch, (long) steps.batch * n);
    for (int s = 0; s < steps.batch; s++) {
      System.arraycopy(from, at.applyAsInt(s), scratch, steps.order[s] * n, n);
    }
    port.host().write(scratch, 0, to);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    kept = false;
    recurrence.beginBackward();
    addEvery(outputGradients[0], recurrence.dh);
    if (everyState) {
      addEvery(outputGradients[1], recurrence.dh);
      if (hasC) {
        addEvery(outputGradients[2], recurrence.dc);
      }
    } else {
      readInitial(outputGradients[1], recurrence.dhLast);
      if (hasC) {
        readInitial(outputGradients[2], recurrence.dcLast);
      }
    }
    recurrence.backward();
    writeParameterGradients(inputGradients);
    if (inputGradients[0] != null) {
      scratch = FloatHostArrays.ensure(scratch, (long) steps.rows * layout.inputSize());
      projection.inputGradient(w, recurrence.z, scratch, steps.rows);
      port.writeRows(scratch, layout.inputSize(), steps, inputGradients[0].permute(1, 0, 2));
    }
    int first = arrays.firstState();
    if (inputGradients[first] != null) {
      writeSlots(recurrence.dhLast, s -> s * n, inputGradients[first]);
    }
    if (hasC && inputGradients[first + 1] != null) {
      writeSlots(recurrence.dcLast, s -> s * n, inputGradients[first + 1]);
    }
  }

  private void addEvery(INDArray from, float[] to) {
    if (from != null) {
      scratch = port.readRows(from.permute(1, 0, 2), n, steps, scratch);
      recurrence.blocks.addScaled(steps.rows * n, 1, scratch, 0, to, 0);
    }
  }

  private void writeParameterGradients(INDArray[] inputGradients) {
    if (inputGradients[W] != null) {
      scratch = FloatHostArrays.ensure(scratch, inputGradients[W].length());
      projection.weightGradient(x, recurrence.z, scratch, steps.rows);
      port.host().write(scratch, 0, inputGradients[W]);
    }
    if (inputGradients[A] != null) {
      port.host().write(recurrence.dw, 0, inputGradients[A]);
    }
    if (inputGradients[BIAS] != null) {
      scratch = FloatHostArrays.ensure(scratch, recurrence.row);
      recurrence.biasGradient(scratch);
      port.host().write(scratch, 0, inputGradients[BIAS]);
    }
    if (hasC && inputGradients[C] != null) {
      port.host().write(recurrence.dw, ParaKind.GATES * n, inputGradients[C]);
    }
  }
}
