package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A head-wise layer in the {@code REFERENCE} execution: packs each example by its mask, projects
 * and runs {@link CellReference} on the steps that are left.
 */
final class CellLayerReference extends CellLayerUnit {

  private boolean kept;

  CellLayerReference(CellLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    Run run = new Run(inputs);
    double[][] y = new double[run.batch * run.steps][layout.outputSize()];
    double[][][] last = new double[run.states][run.batch][];
    for (int n = 0; n < run.batch; n++) {
      CellReference.Tape tape = run.tape(n);
      int[] valid = run.valid[n];
      for (int t = 0; t < valid.length; t++) {
        y[n * run.steps + valid[t]] = tape.output(t);
      }
      for (int s = 0; s < run.states; s++) {
        last[s][n] = tape.state(valid.length, s);
      }
    }
    ReferenceArrays.write(y, outputs[0]);
    for (int s = 0; s < run.states; s++) {
      ReferenceArrays.write(last[s], outputs[1 + s]);
    }
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    Run run = new Run(inputs);
    int elements = layout.outputSize();
    double[][] dy = ReferenceArrays.rows(outputGradients[0], run.batch * run.steps, elements);
    double[][] dx = new double[run.batch * run.steps][layout.inputSize()];
    double[] dw = new double[run.w.length];
    double[] dr = new double[run.r.length];
    double[] db = new double[run.b.length];
    double[][][] dInitial = new double[run.states][run.batch][];
    double[][][] dLast = run.states(outputGradients, 1);
    for (int n = 0; n < run.batch; n++) {
      int[] valid = run.valid[n];
      double[][] dyValid = new double[valid.length][];
      for (int t = 0; t < valid.length; t++) {
        dyValid[t] = dy[n * run.steps + valid[t]];
      }
      double[][] d = run.cell.backward(run.tape(n), dyValid, dLast[n], dr, db);
      for (int t = 0; t < valid.length; t++) {
        run.projectBackward(d[t], n * run.steps + valid[t], dx, dw);
      }
      for (int s = 0; s < run.states; s++) {
        dInitial[s][n] = dLast[n][s];
      }
    }
    ReferenceArrays.write(dx, inputGradients[0]);
    ReferenceArrays.write(dw, inputGradients[FIRST_PARAMETER]);
    ReferenceArrays.write(run.recurrent(dr, false), inputGradients[FIRST_PARAMETER + 1]);
    ReferenceArrays.write(run.bias(db, false), inputGradients[FIRST_PARAMETER + 2]);
    for (int s = 0; s < run.states; s++) {
      ReferenceArrays.write(dInitial[s], inputGradients[arrays.firstState() + s]);
    }
  }

  /** The inputs of a call as Java arrays. */
  private final class Run {
    final CellKind kind = layout.kind();
    final int batch;
    final int steps;
    final int states = kind.states().size();
    final int elements = layout.outputSize();
    final int columns = kind.inputGates() * elements;
    final int[][] valid;
    final double[] w;
    final double[] r;
    final double[] b;
    final CellReference cell;
    private final double[][] x;
    private final double[][][] initial;

    Run(INDArray[] inputs) {
      batch = Math.toIntExact(inputs[0].size(0));
      steps = Math.toIntExact(inputs[0].size(1));
      valid = ReferenceArrays.validSteps(inputs[1], batch, steps);
      x = ReferenceArrays.rows(inputs[0], batch * steps, layout.inputSize());
      w = ReferenceArrays.flat(inputs[FIRST_PARAMETER]);
      r = recurrent(ReferenceArrays.flat(inputs[FIRST_PARAMETER + 1]), true);
      b = bias(ReferenceArrays.flat(inputs[FIRST_PARAMETER + 2]), true);
      cell = new CellReference(layout.spec(), layout.headSize(), r, b);
      initial = states(inputs, arrays.firstState());
    }

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
      double[][] projected = new double[valid[n].length][];
      for (int t = 0; t < projected.length; t++) {
        projected[t] = project(x[n * steps + valid[n][t]]);
      }
      return cell.forward(projected, initial[n]);
    }

    /** Column of W for a column of the projection [input gates,H,D]. */
    private int column(int projected) {
      int gate = projected / elements + kind.firstInputGate();
      return (layout.place(gate) - kind.firstInputGate()) * elements + projected % elements;
    }

    private double[] project(double[] row) {
      double[] p = new double[columns];
      for (int c = 0; c < columns; c++) {
        for (int i = 0; i < row.length; i++) {
          p[c] += row[i] * w[i * columns + column(c)];
        }
      }
      return p;
    }

    void projectBackward(double[] dp, int row, double[][] dx, double[] dw) {
      for (int c = 0; c < columns; c++) {
        for (int i = 0; i < dx[row].length; i++) {
          dx[row][i] += dp[c] * w[i * columns + column(c)];
          dw[i * columns + column(c)] += dp[c] * x[row][i];
        }
      }
    }

    /** RW [H*D, gates*D] as R [gates,H,D,D], or back. */
    double[] recurrent(double[] from, boolean forth) {
      int size = layout.headSize();
      int gates = kind.recurrentGates();
      double[] to = new double[from.length];
      for (int g = 0; g < gates; g++) {
        for (int e = 0; e < elements; e++) {
          for (int p = 0; p < size; p++) {
            int row = e / size * size + p;
            int own = row * gates * size + layout.place(g) * size + e % size;
            int other = (g * elements + e) * size + p;
            to[forth ? other : own] = from[forth ? own : other];
          }
        }
      }
      return to;
    }

    /** The bias with the gates in the order of the kind, or back. */
    double[] bias(double[] from, boolean forth) {
      double[] to = new double[from.length];
      for (int g = 0; g < kind.gates(); g++) {
        int own = layout.place(g) * elements;
        int other = g * elements;
        System.arraycopy(from, forth ? own : other, to, forth ? other : own, elements);
      }
      return to;
    }
  }
}
