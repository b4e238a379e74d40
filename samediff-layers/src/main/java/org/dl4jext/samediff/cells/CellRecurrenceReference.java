package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.RecurrenceArrays.BIAS;
import static org.dl4jext.samediff.cells.RecurrenceArrays.FIRST_STATE;
import static org.dl4jext.samediff.cells.RecurrenceArrays.R;
import static org.dl4jext.samediff.cells.RecurrenceArrays.X;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A recurrence without projection in the {@code REFERENCE} execution. */
final class CellRecurrenceReference implements DifferentiableUnit {

  private final CellSpec spec;
  private final DataType type;
  private boolean kept;

  CellRecurrenceReference(CellSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    RecurrenceArrays arrays = RecurrenceArrays.of(spec, type, inputs);
    arrays.requireOutputs("outputs", outputs);
    Run run = new Run(arrays, inputs);
    double[][] h = new double[run.batch * run.steps][];
    double[][][] last = new double[run.states][run.batch][];
    for (int n = 0; n < run.batch; n++) {
      CellReference.Tape tape = run.tape(n);
      for (int t = 0; t < run.steps; t++) {
        h[n * run.steps + t] = tape.output(t);
      }
      for (int s = 0; s < run.states; s++) {
        last[s][n] = tape.state(run.steps, s);
      }
    }
    ReferenceArrays.write(h, outputs[0]);
    for (int s = 0; s < run.states; s++) {
      ReferenceArrays.write(last[s], outputs[1 + s]);
    }
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(spec.kind() + ": backward without a kept forward pass");
    }
    RecurrenceArrays arrays = RecurrenceArrays.of(spec, type, inputs);
    arrays.requireOutputs("output gradients", outputGradients);
    arrays.requireInputGradients(inputGradients);
    Run run = new Run(arrays, inputs);
    double[] dr = new double[Math.toIntExact(inputs[R].length())];
    double[] db = new double[Math.toIntExact(inputs[BIAS].length())];
    double[][] dx = new double[run.batch * run.steps][];
    double[][][] dInitial = new double[run.states][run.batch][];
    double[][] dh = ReferenceArrays.rows(outputGradients[0], dx.length, run.elements);
    double[][][] dLast = run.states(outputGradients, 1);
    for (int n = 0; n < run.batch; n++) {
      double[][] dy = Arrays.copyOfRange(dh, n * run.steps, (n + 1) * run.steps);
      double[][] dStates = dLast[n];
      double[][] d = run.cell.backward(run.tape(n), dy, dStates, dr, db);
      System.arraycopy(d, 0, dx, n * run.steps, run.steps);
      for (int s = 0; s < run.states; s++) {
        dInitial[s][n] = dStates[s];
      }
    }
    ReferenceArrays.write(dx, inputGradients[X]);
    ReferenceArrays.write(dr, inputGradients[R]);
    ReferenceArrays.write(db, inputGradients[BIAS]);
    for (int s = 0; s < run.states; s++) {
      ReferenceArrays.write(dInitial[s], inputGradients[FIRST_STATE + s]);
    }
  }

  /** The inputs of a call as Java arrays. */
  private static final class Run {
    final int batch;
    final int steps;
    final int elements;
    final int states;
    final CellReference cell;
    private final double[][] x;
    private final double[][][] initial;

    Run(RecurrenceArrays arrays, INDArray[] inputs) {
      batch = Math.toIntExact(arrays.batch());
      steps = Math.toIntExact(arrays.steps());
      CellKind kind = arrays.spec().kind();
      int size = Math.toIntExact(arrays.size());
      elements = arrays.spec().heads() * size;
      states = kind.states().size();
      double[] r = ReferenceArrays.flat(inputs[R]);
      cell = new CellReference(arrays.spec(), size, r, ReferenceArrays.flat(inputs[BIAS]));
      x = ReferenceArrays.rows(inputs[X], batch * steps, kind.inputGates() * elements);
      initial = states(inputs, FIRST_STATE);
    }

    /** Arrays [B,H,D] as [B][state][H*D]. */
    double[][][] states(INDArray[] from, int first) {
      double[][][] all = new double[batch][states][];
      for (int s = 0; s < states; s++) {
        double[][] rows = ReferenceArrays.rows(from[first + s], batch, elements);
        for (int n = 0; n < batch; n++) {
          all[n][s] = rows[n];
        }
      }
      return all;
    }

    CellReference.Tape tape(int n) {
      double[][] own = Arrays.copyOfRange(x, n * steps, (n + 1) * steps);
      return cell.forward(own, initial[n]);
    }
  }
}
