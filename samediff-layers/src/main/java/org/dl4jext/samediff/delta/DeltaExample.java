package org.dl4jext.samediff.delta;

import static org.dl4jext.samediff.delta.Activation.sigmoid;
import static org.dl4jext.samediff.delta.Activation.softplus;

import java.util.Arrays;

/**
 * The delta layer on one packed example as plain loops: the definition that every faster form is
 * tested against.
 *
 * <pre>
 *   p = x W                                            [T,F], columns q|k|v|b|a|g
 *   c = bc + sum_j Wc[:,j] p[t-W+1+j]                  causal convolution of the columns q|k|v
 *   q, k, v = activation(c);  beta = sigmoid(b) (times 2 where SIGNED);  g = -exp(A) softplus(a+dt)
 *   o = delta rule (q, k, v, beta, g)                  {@link DeltaReference}
 *   y = (o / sqrt(mean o^2 + eps) Wn * SiLU(gate)) Wo
 * </pre>
 */
final class DeltaExample {

  /** What a backward pass yields beside the gradients of the parameters. */
  static final class Gradients {
    double[][] x;
    double[][][] states;
    double[][] history;
  }

  private final DeltaLayout layout;
  private final DeltaSpec spec;
  private final DeltaRuleSpec rule;
  private final DeltaParameters parameters;
  private final double[][] x;
  private final double[][] history;
  private final double[][] projected;
  private final double[][] convolved;
  private final DeltaHead[] heads;
  private final double[][][][][] tapes;
  private final double[][][] reads;

  /**
   * Runs the layer up to the reads of the recurrence.
   *
   * @param x [T][nIn]
   * @param states [HV][K][V], before the first step
   * @param history [W-1][C], projected inputs before the first step, oldest first
   */
  DeltaExample(
      DeltaLayout layout,
      DeltaParameters parameters,
      double[][] x,
      double[][][] states,
      double[][] history) {
    this.layout = layout;
    this.spec = layout.spec();
    this.rule = DeltaUnits.ruleSpec(spec);
    this.parameters = parameters;
    this.x = x;
    this.history = history;
    projected = product(x, parameters.w, layout.columns());
    convolved = convolve();
    heads = new DeltaHead[spec.valueHeads()];
    tapes = new double[heads.length][][][][];
    reads = new double[heads.length][][];
    for (int h = 0; h < heads.length; h++) {
      heads[h] = head(h, states[h]);
      tapes[h] = DeltaReference.states(rule, heads[h]);
      reads[h] = DeltaReference.reads(rule, heads[h], tapes[h]);
    }
  }

  /** y [T][nOut]. */
  double[][] outputs() {
    return product(readout(), parameters.wo, layout.outputSize());
  }

  /** S [HV][K][V] after the last step. */
  double[][][] finalStates() {
    double[][][] states = new double[heads.length][][];
    for (int h = 0; h < heads.length; h++) {
      states[h] = DeltaReference.finalState(heads[h], tapes[h]);
    }
    return states;
  }

  /** The convolution's state after the last step. */
  double[][] finalInputs() {
    double[][] last = new double[history.length][];
    for (int i = 0; i < last.length; i++) {
      last[i] = projectedAt(x.length - last.length + i);
    }
    return last;
  }

  /** Gradients of {@code <y, dy> + <S, dStates> + <conv, dHistory>}; adds those of parameters. */
  Gradients backward(
      double[][] dy, double[][][] dStates, double[][] dHistory, DeltaParameters dParameters) {
    Gradients d = new Gradients();
    double[][] dProjected = new double[x.length][layout.columns()];
    double[][] dConvolved = new double[x.length][layout.channels()];
    double[][][] dReads =
        readoutBackward(
            productBackward(readout(), parameters.wo, dy, dParameters.wo), dProjected, dParameters);
    d.states = new double[heads.length][][];
    for (int h = 0; h < heads.length; h++) {
      DeltaHead dHead = DeltaReference.backward(rule, heads[h], tapes[h], dReads[h], dStates[h]);
      headBackward(h, dHead, dConvolved, dProjected, dParameters);
      d.states[h] = dHead.state;
    }
    d.history = convolveBackward(dConvolved, dHistory, dProjected, dParameters);
    d.x = productBackward(x, parameters.w, dProjected, dParameters.w);
    return d;
  }

  /** The first C columns of the projection of a step; steps before 0 are in the history. */
  private double[] projectedAt(int t) {
    return Arrays.copyOf(t < 0 ? history[history.length + t] : projected[t], layout.channels());
  }

  private double[][] convolve() {
    int width = spec.convolutionWidth();
    double[][] c = new double[x.length][];
    for (int t = 0; t < c.length; t++) {
      c[t] = width == 0 ? projectedAt(t) : new double[layout.channels()];
      for (int j = 0; j < width; j++) {
        double[] p = projectedAt(t - width + 1 + j);
        for (int i = 0; i < p.length; i++) {
          c[t][i] += parameters.taps[i][j] * p[i];
        }
      }
      for (int i = 0; spec.convolutionBias() && i < c[t].length; i++) {
        c[t][i] += parameters.tapBias[i];
      }
    }
    return c;
  }

  private double[][] convolveBackward(
      double[][] dc, double[][] dFinal, double[][] dProjected, DeltaParameters dParameters) {
    int width = spec.convolutionWidth();
    double[][] dBefore = new double[history.length][layout.channels()];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < layout.channels(); i++) {
        if (width == 0) {
          dProjected[t][i] += dc[t][i];
        }
        for (int j = 0; j < width; j++) {
          int from = t - width + 1 + j;
          dParameters.taps[i][j] += dc[t][i] * projectedAt(from)[i];
          gradientAt(from, dProjected, dBefore)[i] += parameters.taps[i][j] * dc[t][i];
        }
        if (spec.convolutionBias()) {
          dParameters.tapBias[i] += dc[t][i];
        }
      }
    }
    for (int r = 0; r < dFinal.length; r++) {
      double[] to = gradientAt(x.length - dFinal.length + r, dProjected, dBefore);
      for (int i = 0; i < layout.channels(); i++) {
        to[i] += dFinal[r][i];
      }
    }
    return dBefore;
  }

  private static double[] gradientAt(int t, double[][] dProjected, double[][] dBefore) {
    return t < 0 ? dBefore[dBefore.length + t] : dProjected[t];
  }

  /** Column of element i of the key (or query) that value head h reads. */
  private int keyColumn(int first, int j, int h, int i) {
    int keyHead = h / (spec.valueHeads() / spec.heads());
    return first + (j * spec.heads() + keyHead) * spec.keySize() + i;
  }

  private int valueColumn(int j, int h, int i) {
    return layout.valueColumn() + (j * spec.valueHeads() + h) * spec.valueSize() + i;
  }

  private int betaColumn(int j, int h) {
    return layout.betaColumn() + j * spec.valueHeads() + h;
  }

  private double forgetInput(int t, int h) {
    return projected[t][layout.forgetColumn() + h] + parameters.decayBias[h];
  }

  private DeltaHead head(int h, double[][] state) {
    int n = spec.householders();
    DeltaHead in =
        new DeltaHead(
            new double[x.length][spec.keySize()],
            new double[x.length * n][spec.keySize()],
            new double[x.length * n][spec.valueSize()],
            new double[x.length * n],
            new double[x.length],
            state);
    Activation keyActivation = spec.queryKeyActivation();
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < spec.keySize(); i++) {
        in.q[t][i] = keyActivation.value(convolved[t][keyColumn(0, 0, h, i)]);
      }
      for (int j = 0; j < n; j++) {
        int s = t * n + j;
        for (int i = 0; i < spec.keySize(); i++) {
          in.k[s][i] = keyActivation.value(convolved[t][keyColumn(layout.keyColumn(), j, h, i)]);
        }
        for (int i = 0; i < spec.valueSize(); i++) {
          in.v[s][i] = spec.valueActivation().value(convolved[t][valueColumn(j, h, i)]);
        }
        double open = spec.learnedBeta() ? sigmoid(projected[t][betaColumn(j, h)]) : 1;
        in.beta[s] = spec.betaScale() * open;
      }
      if (spec.forgetGate()) {
        in.g[t] = -Math.exp(parameters.decayRate[h]) * softplus(forgetInput(t, h));
      }
    }
    return in;
  }

  private void headBackward(
      int h,
      DeltaHead d,
      double[][] dConvolved,
      double[][] dProjected,
      DeltaParameters dParameters) {
    int n = spec.householders();
    Activation keyActivation = spec.queryKeyActivation();
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < spec.keySize(); i++) {
        int c = keyColumn(0, 0, h, i);
        dConvolved[t][c] += keyActivation.slope(convolved[t][c]) * d.q[t][i];
      }
      for (int j = 0; j < n; j++) {
        int s = t * n + j;
        for (int i = 0; i < spec.keySize(); i++) {
          int c = keyColumn(layout.keyColumn(), j, h, i);
          dConvolved[t][c] += keyActivation.slope(convolved[t][c]) * d.k[s][i];
        }
        for (int i = 0; i < spec.valueSize(); i++) {
          int c = valueColumn(j, h, i);
          dConvolved[t][c] += spec.valueActivation().slope(convolved[t][c]) * d.v[s][i];
        }
        if (spec.learnedBeta()) {
          double b = projected[t][betaColumn(j, h)];
          dProjected[t][betaColumn(j, h)] +=
              spec.betaScale() * sigmoid(b) * sigmoid(-b) * d.beta[s];
        }
      }
      if (spec.forgetGate()) {
        double rate = -Math.exp(parameters.decayRate[h]);
        double da = rate * sigmoid(forgetInput(t, h)) * d.g[t];
        dProjected[t][layout.forgetColumn() + h] += da;
        dParameters.decayBias[h] += da;
        dParameters.decayRate[h] += rate * softplus(forgetInput(t, h)) * d.g[t];
      }
    }
  }

  /** 1 over the root mean square of a head's read, or 1 without the norm. */
  private double inverseNorm(int t, int h) {
    double sum = 0;
    for (double o : reads[h][t]) {
      sum += o * o;
    }
    return spec.outputNorm() ? 1 / Math.sqrt(sum / spec.valueSize() + spec.outputNormEps()) : 1;
  }

  private double gain(int i) {
    return spec.outputNorm() ? parameters.normGain[i] : 1;
  }

  private int gateColumn(int h, int i) {
    return layout.gateColumn() + h * spec.valueSize() + i;
  }

  private double gate(int t, int h, int i) {
    return spec.outputGate() ? Activation.SILU.value(projected[t][gateColumn(h, i)]) : 1;
  }

  /** The normalised and gated reads [T][HV*V]. */
  private double[][] readout() {
    double[][] z = new double[x.length][layout.readSize()];
    for (int t = 0; t < x.length; t++) {
      for (int h = 0; h < heads.length; h++) {
        double r = inverseNorm(t, h);
        for (int i = 0; i < spec.valueSize(); i++) {
          z[t][h * spec.valueSize() + i] = r * reads[h][t][i] * gain(i) * gate(t, h, i);
        }
      }
    }
    return z;
  }

  private double[][][] readoutBackward(
      double[][] dz, double[][] dProjected, DeltaParameters dParameters) {
    double[][][] dReads = new double[heads.length][x.length][spec.valueSize()];
    for (int t = 0; t < x.length; t++) {
      for (int h = 0; h < heads.length; h++) {
        double r = inverseNorm(t, h);
        double[] o = reads[h][t];
        double along = 0;
        for (int i = 0; i < o.length; i++) {
          double d = dz[t][h * o.length + i];
          if (spec.outputGate()) {
            int c = gateColumn(h, i);
            dProjected[t][c] += d * r * o[i] * gain(i) * Activation.SILU.slope(projected[t][c]);
          }
          if (spec.outputNorm()) {
            dParameters.normGain[i] += d * r * o[i] * gate(t, h, i);
          }
          dReads[h][t][i] = d * gain(i) * gate(t, h, i);
          along += dReads[h][t][i] * o[i];
        }
        for (int i = 0; i < o.length; i++) {
          double projection = spec.outputNorm() ? r * r * o[i] * along / o.length : 0;
          dReads[h][t][i] = r * (dReads[h][t][i] - projection);
        }
      }
    }
    return dReads;
  }

  private static double[][] product(double[][] a, double[][] w, int columns) {
    double[][] y = new double[a.length][columns];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < w.length; i++) {
        for (int c = 0; c < columns; c++) {
          y[t][c] += a[t][i] * w[i][c];
        }
      }
    }
    return y;
  }

  /** Returns dy w' and adds a' dy to dw. */
  private static double[][] productBackward(
      double[][] a, double[][] w, double[][] dy, double[][] dw) {
    double[][] da = new double[a.length][w.length];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < w.length; i++) {
        for (int c = 0; c < w[i].length; c++) {
          da[t][i] += dy[t][c] * w[i][c];
          dw[i][c] += dy[t][c] * a[t][i];
        }
      }
    }
    return da;
  }
}
