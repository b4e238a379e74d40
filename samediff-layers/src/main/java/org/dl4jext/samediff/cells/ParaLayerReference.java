package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer with diagonal recurrence in the {@code REFERENCE} execution: packs each example by its
 * mask, projects, and runs {@link ParaReference} for each element.
 */
final class ParaLayerReference extends ParaLayerUnit {

  private Run run;

  ParaLayerReference(ParaLayout layout, DataType type, boolean everyState) {
    super(layout, type, everyState);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    run = null;
    Run now = new Run(inputs);
    if (!newton() || fallsBack(now.newton())) {
      now.sequential();
    }
    double[][][] h = now.everyState();
    double[][][] last = now.lastStates();
    ReferenceArrays.write(h[0], outputs[0]);
    for (int s = 0; s < now.states; s++) {
      ReferenceArrays.write(everyState ? h[s] : last[s], outputs[1 + s]);
    }
    run = keep ? now : null;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(run != null, inputs, outputGradients, inputGradients);
    run.backward(outputGradients);
    ReferenceArrays.write(run.dx, inputGradients[0]);
    ReferenceArrays.write(run.dw, inputGradients[W]);
    double[] a = Arrays.copyOf(run.dCell, ParaKind.GATES * run.n);
    ReferenceArrays.write(a, inputGradients[A]);
    ReferenceArrays.write(run.db, inputGradients[BIAS]);
    if (layout.kind().peepholes() > 0) {
      double[] c = Arrays.copyOfRange(run.dCell, a.length, run.dCell.length);
      ReferenceArrays.write(c, inputGradients[C]);
    }
    for (int s = 0; s < run.states; s++) {
      ReferenceArrays.write(run.dInitial[s], inputGradients[arrays.firstState() + s]);
    }
    run = null;
  }

  /** The inputs of a call as Java arrays, and what came of them. */
  private final class Run {
    final int n = layout.outputSize();
    final int states = layout.states().size();
    final int batch;
    final int steps;
    final int[][] valid;
    final double[][] dx;
    final double[] dw;
    final double[] db = new double[ParaKind.GATES * n];

    /** Gradients of the rows of A, then of C. */
    final double[] dCell = new double[(ParaKind.GATES + layout.kind().peepholes()) * n];

    final double[][][] dInitial;
    private final double[][] x;
    private final double[] w;
    private final double[] cell = new double[dCell.length];
    private final double[] b;
    private final double[][][] initial;
    private final double[][][] p;
    private final double[][][][] h;

    Run(INDArray[] inputs) {
      batch = Math.toIntExact(inputs[0].size(0));
      steps = Math.toIntExact(inputs[0].size(1));
      valid = ReferenceArrays.validSteps(inputs[1], batch, steps);
      x = ReferenceArrays.rows(inputs[0], batch * steps, layout.inputSize());
      w = ReferenceArrays.flat(inputs[W]);
      b = ReferenceArrays.flat(inputs[BIAS]);
      double[] a = ReferenceArrays.flat(inputs[A]);
      System.arraycopy(a, 0, cell, 0, a.length);
      if (layout.kind().peepholes() > 0) {
        double[] c = ReferenceArrays.flat(inputs[C]);
        System.arraycopy(c, 0, cell, a.length, c.length);
      }
      initial = states(inputs, arrays.firstState());
      dx = new double[batch * steps][layout.inputSize()];
      dw = new double[w.length];
      dInitial = new double[states][batch][n];
      h = new double[batch][n][][];
      p = new double[batch * steps][][];
      for (int i = 0; i < batch * steps; i++) {
        p[i] = project(x[i]);
      }
    }

    private double[][][] states(INDArray[] from, int first) {
      double[][][] all = new double[states][][];
      for (int s = 0; s < states; s++) {
        all[s] = ReferenceArrays.rows(from[first + s], batch, n);
      }
      return all;
    }

    /** [n][gates]. */
    private double[][] project(double[] row) {
      double[][] projected = new double[n][ParaKind.GATES];
      for (int e = 0; e < n; e++) {
        for (int g = 0; g < ParaKind.GATES; g++) {
          projected[e][g] = b[g * n + e];
          for (int i = 0; i < layout.headInputs(); i++) {
            projected[e][g] += row[input(e, i)] * w[weight(g, e, i)];
          }
        }
      }
      return projected;
    }

    private int input(int e, int i) {
      return e / layout.headSize() * layout.headInputs() + i;
    }

    private int weight(int g, int e, int i) {
      int size = layout.headSize();
      return input(e, i) * ParaKind.GATES * size + g * size + e % size;
    }

    private ParaReference element(int e) {
      double[] own = new double[cell.length / n];
      for (int k = 0; k < own.length; k++) {
        own[k] = cell[k * n + e];
      }
      return new ParaReference(layout.kind(), own);
    }

    private double[] initial(int example, int e) {
      double[] own = new double[states];
      for (int s = 0; s < states; s++) {
        own[s] = initial[s][example][e];
      }
      return own;
    }

    private double[][] projected(int example, int e) {
      double[][] own = new double[valid[example].length][];
      for (int t = 0; t < own.length; t++) {
        own[t] = p[example * steps + valid[example][t]][e];
      }
      return own;
    }

    void sequential() {
      for (int i = 0; i < batch; i++) {
        for (int e = 0; e < n; e++) {
          h[i][e] = element(e).sequential(projected(i, e), initial(i, e));
        }
      }
    }

    /** Returns the residual. */
    double newton() {
      double residual = 0;
      for (int i = 0; i < batch; i++) {
        for (int e = 0; e < n; e++) {
          double[][] own = projected(i, e);
          double[] start = initial(i, e);
          h[i][e] = element(e).newton(own, start, layout.spec().maxIterations());
          residual = Math.max(residual, element(e).residual(own, h[i][e], start));
        }
      }
      return residual;
    }

    /** [states][N*T][n], 0 where masked. */
    double[][][] everyState() {
      double[][][] all = new double[states][batch * steps][n];
      for (int i = 0; i < batch; i++) {
        for (int t = 0; t < valid[i].length; t++) {
          for (int s = 0; s < states; s++) {
            for (int e = 0; e < n; e++) {
              all[s][i * steps + valid[i][t]][e] = h[i][e][t][s];
            }
          }
        }
      }
      return all;
    }

    /** [states][N][n]. */
    double[][][] lastStates() {
      double[][][] all = new double[states][batch][n];
      for (int i = 0; i < batch; i++) {
        int last = valid[i].length - 1;
        for (int e = 0; e < n; e++) {
          for (int s = 0; s < states; s++) {
            all[s][i][e] = last < 0 ? initial[s][i][e] : h[i][e][last][s];
          }
        }
      }
      return all;
    }

    void backward(INDArray[] outputGradients) {
      double[][][] dh = new double[1 + states][][];
      for (int k = 0; k < dh.length; k++) {
        int rows = k == 0 || everyState ? batch * steps : batch;
        dh[k] = ReferenceArrays.rows(outputGradients[k], rows, n);
      }
      for (int i = 0; i < batch; i++) {
        for (int e = 0; e < n; e++) {
          backward(i, e, dh);
        }
      }
    }

    private void backward(int i, int e, double[][][] dh) {
      double[][] own = new double[valid[i].length][states];
      double[] last = new double[states];
      for (int s = 0; s < states; s++) {
        for (int t = 0; t < own.length; t++) {
          int row = i * steps + valid[i][t];
          own[t][s] = (s == 0 ? dh[0][row][e] : 0) + (everyState ? dh[1 + s][row][e] : 0);
        }
        last[s] = everyState ? 0 : dh[1 + s][i][e];
      }
      double[] dOwn = new double[cell.length / n];
      double[][] dp = element(e).backward(projected(i, e), h[i][e], initial(i, e), own, last, dOwn);
      for (int k = 0; k < dOwn.length; k++) {
        dCell[k * n + e] += dOwn[k];
      }
      for (int s = 0; s < states; s++) {
        dInitial[s][i][e] = last[s];
      }
      for (int t = 0; t < dp.length; t++) {
        projectBackward(i * steps + valid[i][t], e, dp[t]);
      }
    }

    private void projectBackward(int row, int e, double[] dp) {
      for (int g = 0; g < ParaKind.GATES; g++) {
        db[g * n + e] += dp[g];
        for (int i = 0; i < layout.headInputs(); i++) {
          dx[row][input(e, i)] += dp[g] * w[weight(g, e, i)];
          dw[weight(g, e, i)] += dp[g] * x[row][input(e, i)];
        }
      }
    }
  }
}
