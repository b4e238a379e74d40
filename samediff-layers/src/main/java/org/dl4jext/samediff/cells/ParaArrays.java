package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A diagonal recurrence by array operations on a whole batch, step by step or by Newton iterations;
 * {@link ParaReference} is its slow form.
 *
 * <p>Rows are [T*N,n]. At a masked step f is the identity, and so is J.
 */
final class ParaArrays {

  private final ParaLayout layout;
  private final ArrayParaCell cell;
  private final int parameters;
  private final long steps;
  private final INDArray mask;
  private INDArray[] p;
  private INDArray[] initial;
  private INDArray[] states;
  private boolean parallel;

  /**
   * @param w rows of A, then of C
   * @param mask [T*N,1] of zeros and ones, or null
   */
  ParaArrays(ParaLayout layout, INDArray[] w, long steps, INDArray mask) {
    this.layout = layout;
    this.cell = ArrayParaCell.of(layout.kind(), w);
    this.parameters = w.length;
    this.steps = steps;
    this.mask = mask;
  }

  /** Gradients of the projected inputs, of the rows of A and C, and of the initial states. */
  record Gradients(INDArray[] p, INDArray[] parameters, INDArray[] initial) {}

  /** The states after every step [T*N,n]; at masked ones those before. */
  INDArray[] states() {
    return states;
  }

  /** A state after the last step [N,n]. */
  INDArray last(int state) {
    return at(states[state], steps - 1);
  }

  private INDArray at(INDArray rows, long t) {
    long batch = rows.size(0) / steps;
    return Views.cut(rows, 0, t * batch, (t + 1) * batch);
  }

  private INDArray[] at(INDArray[] rows, long t) {
    INDArray[] all = new INDArray[rows.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = at(rows[i], t);
    }
    return all;
  }

  /** One step after the other. */
  void sequential(INDArray[] projected, INDArray[] start) {
    begin(projected, start);
    states = new INDArray[start.length];
    for (int s = 0; s < states.length; s++) {
      states[s] = p[0].ulike();
    }
    INDArray[] before = start;
    for (long t = 0; t < steps; t++) {
      INDArray[] after = cell.forward(at(p, t), before);
      keepMasked(after, before, mask == null ? null : at(mask, t));
      for (int s = 0; s < states.length; s++) {
        at(states[s], t).assign(after[s]);
      }
      before = after;
    }
    parallel = false;
  }

  private void begin(INDArray[] projected, INDArray[] start) {
    p = projected;
    initial = start;
  }

  private static void keepMasked(INDArray[] after, INDArray[] before, INDArray mask) {
    for (int s = 0; s < after.length && mask != null; s++) {
      after[s] = after[s].mul(mask).addi(before[s].mul(mask.rsub(1)));
    }
  }

  /** All steps at once; returns the residual, NaN or infinity if the iterations diverged. */
  double newton(INDArray[] projected, INDArray[] start) {
    begin(projected, start);
    INDArray[] zeros = new INDArray[start.length];
    for (int s = 0; s < zeros.length; s++) {
      zeros[s] = Nd4j.zeros(p[0].dataType(), p[0].shape());
    }
    states = cell.forward(p, zeros);
    for (int i = 0; i < layout.spec().maxIterations(); i++) {
      INDArray[] before = before();
      INDArray[] d = step(before);
      INDArray[][] j = jacobian(before, states);
      for (INDArray[] row : j) {
        for (INDArray block : row) {
          at(block, 0).assign(0);
        }
      }
      ArrayScan.solve(j, d, steps);
      for (int s = 0; s < states.length; s++) {
        states[s] = states[s].add(d[s]);
      }
    }
    double residual = 0;
    for (INDArray d : step(before())) {
      // The largest absolute value of an array with NaN need not be NaN; the sum is.
      double sum = d.sumNumber().doubleValue();
      residual = Double.isNaN(sum) ? sum : Math.max(residual, d.amaxNumber().doubleValue());
    }
    parallel = true;
    return residual;
  }

  /** The states before every step. */
  private INDArray[] before() {
    INDArray[] before = new INDArray[states.length];
    for (int s = 0; s < before.length; s++) {
      before[s] =
          steps == 1
              ? initial[s]
              : Nd4j.concat(
                  0, initial[s], Views.cut(states[s], 0, 0, p[0].size(0) - initial[s].size(0)));
    }
    return before;
  }

  /** f(h before, x) - h. */
  private INDArray[] step(INDArray[] before) {
    INDArray[] after = cell.forward(p, before);
    keepMasked(after, before, mask);
    for (int s = 0; s < after.length; s++) {
      after[s] = after[s].sub(states[s]);
    }
    return after;
  }

  private INDArray[][] jacobian(INDArray[] before, INDArray[] now) {
    INDArray[][] j = cell.jacobian(p, before, now);
    for (int s = 0; s < j.length && mask != null; s++) {
      for (int u = 0; u < j.length; u++) {
        j[s][u] = j[s][u].mul(mask);
        if (s == u) {
          j[s][u] = j[s][u].add(mask.rsub(1));
        }
      }
    }
    return j;
  }

  /**
   * Differentiates the last forward pass: one reversed linear recurrence, then every step by
   * itself.
   *
   * @param dEvery gradients of the states after every step [T*N,n]; overwritten
   * @param dLast gradients of the states after the last step [N,n]
   */
  Gradients backward(INDArray[] dEvery, INDArray[] dLast) {
    INDArray[] before = before();
    INDArray[][] j = transposed(jacobian(before, cell.forward(p, before)));
    for (int s = 0; s < dLast.length; s++) {
      at(dEvery[s], steps - 1).addi(dLast[s]);
    }
    if (parallel) {
      ArrayScan.solveBackward(j, dEvery, steps);
    } else {
      for (long t = steps - 2; t >= 0; t--) {
        INDArray[] through = times(j, dEvery, t + 1);
        for (int s = 0; s < through.length; s++) {
          at(dEvery[s], t).addi(through[s]);
        }
      }
    }
    INDArray[] dInitial = times(j, dEvery, 0);
    INDArray[] shown = dEvery.clone();
    for (int s = 0; s < shown.length && mask != null; s++) {
      shown[s] = shown[s].mul(mask);
    }
    INDArray[] dw = new INDArray[parameters];
    return new Gradients(cell.backward(p, before, shown, dw), dw, dInitial);
  }

  private static INDArray[][] transposed(INDArray[][] j) {
    INDArray[][] t = new INDArray[j.length][j.length];
    for (int s = 0; s < j.length; s++) {
      for (int u = 0; u < j.length; u++) {
        t[s][u] = j[u][s];
      }
    }
    return t;
  }

  private INDArray[] times(INDArray[][] j, INDArray[] d, long t) {
    INDArray[] product = new INDArray[d.length];
    for (int s = 0; s < d.length; s++) {
      product[s] = at(j[s][0], t).mul(at(d[0], t));
      for (int u = 1; u < d.length; u++) {
        product[s].addi(at(j[s][u], t).mul(at(d[u], t)));
      }
    }
    return product;
  }
}
