package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A recurrence without projection in the {@code HOST} execution: {@link FloatCellRecurrence}. */
final class FloatCellRule implements DifferentiableUnit {

  private final CellSpec spec;
  private final CellKind kind;
  private FloatCellRecurrence recurrence;
  private FloatCellPort port;
  private int size;
  private PackedSteps steps;
  private boolean kept;
  private float[] x;

  FloatCellRule(CellSpec spec) {
    this.spec = spec;
    this.kind = spec.kind();
  }

  private void prepare(RecurrenceArrays arrays) {
    if (recurrence == null || size != arrays.size()) {
      size = Math.toIntExact(arrays.size());
      recurrence = new FloatCellRecurrence(spec, size, FloatBlocks.best());
      port = new FloatCellPort(recurrence, kind.states().size(), spec.heads() * size);
    }
    int batch = Math.toIntExact(arrays.batch());
    steps = PackedSteps.of((float[]) null, batch, Math.toIntExact(arrays.steps()));
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    RecurrenceArrays arrays = RecurrenceArrays.of(spec, FloatMath.TYPE, inputs);
    arrays.requireOutputs("outputs", outputs);
    kept = false;
    prepare(arrays);
    recurrence.setParameters(
        port.read(inputs[RecurrenceArrays.R], null),
        CellStrides.recurrent(kind, spec.heads(), size),
        port.read(inputs[RecurrenceArrays.BIAS], null),
        CellStrides.bias(kind, spec.heads(), size),
        steps.batch,
        keep);
    recurrence.begin(steps);
    port.readStates(inputs, RecurrenceArrays.FIRST_STATE, steps);
    x = port.read(inputs[RecurrenceArrays.X].permute(1, 0, 2, 3, 4), x);
    forEachInput((row, own, padded) -> add(x, own, recurrence.z, padded));
    recurrence.forward(keep);
    port.writeOutputs(flatTimeMajor(outputs[0]), steps);
    port.writeStates(outputs, 1, steps);
    kept = keep;
  }

  private void add(float[] from, int fromOffset, float[] to, int toOffset) {
    for (int d = 0; d < size; d++) {
      to[toOffset + d] += from[fromOffset + d];
    }
  }

  /** Head vectors of x: where they start in rows [input gates,H,D] and in the rows of z. */
  private interface HeadVector {
    void at(int row, int own, int padded);
  }

  private void forEachInput(HeadVector vector) {
    int first = kind.firstInputGate();
    for (int row = 0; row < steps.rows; row++) {
      for (int g = 0; g < kind.inputGates(); g++) {
        for (int h = 0; h < spec.heads(); h++) {
          int own = ((row * kind.inputGates() + g) * spec.heads() + h) * size;
          vector.at(row, own, row * recurrence.zRow + recurrence.gateColumn(h, g + first));
        }
      }
    }
  }

  /** [T,B,H,D], whose elements in c order are those of [T,B,H*D]. */
  private static INDArray flatTimeMajor(INDArray array) {
    return array == null ? null : array.permute(1, 0, 2, 3);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(kind + ": backward without a kept forward pass");
    }
    RecurrenceArrays arrays = RecurrenceArrays.of(spec, FloatMath.TYPE, inputs);
    arrays.requireOutputs("output gradients", outputGradients);
    arrays.requireInputGradients(inputGradients);
    kept = false;
    recurrence.beginBackward();
    port.readOutputGradients(flatTimeMajor(outputGradients[0]), steps);
    port.readStateGradients(outputGradients, 1, steps);
    recurrence.backward();
    INDArray dx = inputGradients[RecurrenceArrays.X];
    if (dx != null) {
      x = FloatHostArrays.ensure(x, dx.length());
      forEachInput((row, own, padded) -> System.arraycopy(recurrence.z, padded, x, own, size));
      port.host().write(x, 0, dx.permute(1, 0, 2, 3, 4));
    }
    INDArray dr = inputGradients[RecurrenceArrays.R];
    if (dr != null) {
      float[] values = new float[Math.toIntExact(dr.length())];
      recurrence.recurrentGradient(values, CellStrides.recurrent(kind, spec.heads(), size));
      port.host().write(values, 0, dr);
    }
    INDArray db = inputGradients[RecurrenceArrays.BIAS];
    if (db != null) {
      float[] values = new float[Math.toIntExact(db.length())];
      recurrence.biasGradient(values, CellStrides.bias(kind, spec.heads(), size));
      port.host().write(values, 0, db);
    }
    port.writeStateGradients(inputGradients, RecurrenceArrays.FIRST_STATE, steps);
  }
}
