package org.dl4jext.samediff.cells;

/**
 * A head-wise cell on one example as plain loops:
 *
 * <pre>
 *   pre[g,h,d] = x[g,h,d] + sum_p R[g,h,d,p] y[h,p] + b[g,h,d];   states = step(pre, states)
 * </pre>
 *
 * <p>Arrays are flat, in the axis order that is written here.
 */
final class CellReference {

  /** All pre-activations [T][H*D][G] and all states [T+1][H*D][S]. */
  record Tape(double[][][] pre, double[][][] states) {

    /** y [H*D] after step t, counted from 0. */
    double[] output(int t) {
      return state(t + 1, 0);
    }

    double[] state(int t, int s) {
      double[] state = new double[states[t].length];
      for (int e = 0; e < state.length; e++) {
        state[e] = states[t][e][s];
      }
      return state;
    }
  }

  private final CellKind kind;
  private final CellStep step;
  private final int size;
  private final int elements;
  private final double[] r;
  private final double[] b;

  /**
   * @param r [R gates,H,D,D]
   * @param b [gates,H,D]
   */
  CellReference(CellSpec spec, int size, double[] r, double[] b) {
    this.kind = spec.kind();
    this.step = CellStep.of(spec);
    this.size = size;
    this.elements = spec.heads() * size;
    this.r = r;
    this.b = b;
  }

  /**
   * Runs the cell.
   *
   * @param x [T][input gates*H*D]
   * @param initial [states][H*D]
   */
  Tape forward(double[][] x, double[][] initial) {
    int states = kind.states().size();
    Tape tape =
        new Tape(
            new double[x.length][elements][kind.gates()],
            new double[x.length + 1][elements][states]);
    for (int e = 0; e < elements; e++) {
      for (int s = 0; s < states; s++) {
        tape.states[0][e][s] = initial[s][e];
      }
    }
    for (int t = 0; t < x.length; t++) {
      double[] y = tape.state(t, 0);
      for (int e = 0; e < elements; e++) {
        double[] pre = tape.pre[t][e];
        for (int g = 0; g < pre.length; g++) {
          int input = g - kind.firstInputGate();
          pre[g] = b[g * elements + e] + (input >= 0 ? x[t][input * elements + e] : 0);
          for (int p = 0; g < kind.recurrentGates() && p < size; p++) {
            pre[g] += r[(g * elements + e) * size + p] * y[e / size * size + p];
          }
        }
        step.forward(pre, tape.states[t][e], tape.states[t + 1][e]);
      }
    }
    return tape;
  }

  /**
   * Differentiates {@code <y, dy> + <last states, dLast>}.
   *
   * @param dy [T][H*D]
   * @param dLast [states][H*D]; overwritten by the gradient of the initial states
   * @param dr added to
   * @param db added to
   * @return gradient of x
   */
  double[][] backward(Tape tape, double[][] dy, double[][] dLast, double[] dr, double[] db) {
    double[][] dx = new double[dy.length][kind.inputGates() * elements];
    double[] dAfter = new double[dLast.length];
    double[] dBefore = new double[dLast.length];
    double[] dPre = new double[kind.gates()];
    for (int t = dy.length - 1; t >= 0; t--) {
      double[] y = tape.state(t, 0);
      double[] dyBefore = new double[elements];
      for (int e = 0; e < elements; e++) {
        for (int s = 0; s < dAfter.length; s++) {
          dAfter[s] = dLast[s][e] + (s == 0 ? dy[t][e] : 0);
        }
        step.backward(tape.pre[t][e], tape.states[t][e], dAfter, dPre, dBefore);
        for (int s = 1; s < dAfter.length; s++) {
          dLast[s][e] = dBefore[s];
        }
        dyBefore[e] += dBefore[0];
        for (int g = 0; g < dPre.length; g++) {
          db[g * elements + e] += dPre[g];
          if (g >= kind.firstInputGate()) {
            dx[t][(g - kind.firstInputGate()) * elements + e] = dPre[g];
          }
          for (int p = 0; g < kind.recurrentGates() && p < size; p++) {
            int from = e / size * size + p;
            dr[(g * elements + e) * size + p] += dPre[g] * y[from];
            dyBefore[from] += r[(g * elements + e) * size + p] * dPre[g];
          }
        }
      }
      dLast[0] = dyBefore;
    }
    return dx;
  }
}
