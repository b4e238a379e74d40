package org.dl4jext.samediff.delta;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The recurrence of the delta rule step by step in double precision, forward and backward. */
final class DeltaHostOracle {

  final DeltaRuleSpec spec;
  final INDArray[] inputs;
  private final int batch;
  private final int tokens;
  private final int n;
  private final int heads;
  private final int valueHeads;
  private final int keySize;
  private final int valueSize;

  DeltaHostOracle(DeltaRuleSpec spec, INDArray[] inputs) {
    this.spec = spec;
    this.inputs = inputs;
    batch = (int) inputs[0].size(0);
    tokens = (int) inputs[0].size(1);
    heads = (int) inputs[0].size(2);
    keySize = (int) inputs[0].size(3);
    n = spec.householders();
    valueHeads = (int) inputs[2].size(2);
    valueSize = (int) inputs[2].size(3);
  }

  /** Random inputs q, k, v, beta, g, S0 in double; the last two where they are asked for. */
  static INDArray[] randomInputs(
      long seed, int[] sizes, int n, boolean gated, boolean initialState) {
    Random random = new Random(seed);
    long batch = sizes[0];
    long tokens = sizes[1];
    long heads = sizes[2];
    long valueHeads = sizes[3];
    INDArray beta = random(random, batch, tokens * n, valueHeads);
    for (long i = 0; i < beta.length(); i++) {
      beta.putScalar(i, 2 * random.nextDouble());
    }
    INDArray g = gated ? random(random, batch, tokens, valueHeads) : null;
    for (long i = 0; gated && i < g.length(); i++) {
      g.putScalar(i, -2 * random.nextDouble());
    }
    return new INDArray[] {
      random(random, batch, tokens, heads, sizes[4]),
      random(random, batch, tokens * n, heads, sizes[4]),
      random(random, batch, tokens * n, valueHeads, sizes[5]),
      beta,
      g,
      initialState ? random(random, batch, valueHeads, sizes[4], sizes[5]) : null
    };
  }

  static INDArray random(Random random, long... shape) {
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  INDArray[] emptyOutputs() {
    return new INDArray[] {
      Nd4j.create(DataType.DOUBLE, batch, tokens, valueHeads, valueSize),
      Nd4j.create(DataType.DOUBLE, batch, valueHeads, keySize, valueSize)
    };
  }

  INDArray[] emptyGradients() {
    INDArray[] gradients = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      gradients[i] = inputs[i] == null ? null : inputs[i].ulike();
    }
    return gradients;
  }

  /** Outputs, or with given output gradients the gradients of all inputs. */
  INDArray[] run(INDArray[] outputGradients) {
    INDArray[] outputs = emptyOutputs();
    INDArray[] gradients = emptyGradients();
    for (INDArray gradient : gradients) {
      if (gradient != null) {
        gradient.assign(0);
      }
    }
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < valueHeads; h++) {
        head(b, h, outputs, outputGradients, gradients);
      }
    }
    return outputGradients == null ? outputs : gradients;
  }

  private double[] row(int input, long... at) {
    INDArray array = inputs[input];
    double[] row = new double[(int) array.size(3)];
    for (int i = 0; i < row.length; i++) {
      row[i] = array.getDouble(at[0], at[1], at[2], i);
    }
    return row;
  }

  private double factor(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += spec.queryKeyNorm() == QueryKeyNorm.L2 ? value * value : value;
    }
    return switch (spec.queryKeyNorm()) {
      case L2 -> 1 / Math.sqrt(sum + spec.queryKeyNormEps());
      case SUM -> 1 / sum;
      case NONE -> 1;
    };
  }

  private static double[] times(double[] x, double factor) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] * factor;
    }
    return y;
  }

  private void addRaw(INDArray to, double[] y, double factor, double[] dy, long... at) {
    double along = 0;
    for (int i = 0; i < y.length; i++) {
      along += y[i] * dy[i];
    }
    for (int i = 0; i < y.length; i++) {
      double d =
          switch (spec.queryKeyNorm()) {
            case L2 -> factor * (dy[i] - along * y[i]);
            case SUM -> factor * (dy[i] - along);
            case NONE -> dy[i];
          };
      to.putScalar(at[0], at[1], at[2], i, to.getDouble(at[0], at[1], at[2], i) + d);
    }
  }

  private void head(
      int b, int h, INDArray[] outputs, INDArray[] outputGradients, INDArray[] gradients) {
    int keyHead = h / (valueHeads / heads);
    double[][] s = new double[keySize][valueSize];
    for (int i = 0; i < keySize && inputs[5] != null; i++) {
      for (int j = 0; j < valueSize; j++) {
        s[i][j] = inputs[5].getDouble(b, h, i, j);
      }
    }
    double[][][] before = new double[tokens][][];
    double[][][] states = new double[tokens * n + 1][][];
    double[][] errors = new double[tokens * n][];
    for (int t = 0; t < tokens; t++) {
      before[t] = copy(s);
      double decay = inputs[4] == null ? 1 : Math.exp(inputs[4].getDouble(b, t, h));
      for (double[] line : s) {
        for (int j = 0; j < valueSize; j++) {
          line[j] *= decay;
        }
      }
      for (int i = t * n; i < t * n + n; i++) {
        states[i] = copy(s);
        double[] k = row(1, b, i, keyHead);
        k = times(k, factor(k));
        double[] e = row(2, b, i, h);
        for (int j = 0; j < valueSize; j++) {
          for (int l = 0; l < keySize; l++) {
            e[j] -= s[l][j] * k[l];
          }
        }
        errors[i] = e;
        double beta = inputs[3].getDouble(b, i, h);
        for (int l = 0; l < keySize; l++) {
          for (int j = 0; j < valueSize; j++) {
            s[l][j] += beta * k[l] * e[j];
          }
        }
      }
      states[t * n + n] = copy(s);
      double[] q = row(0, b, t, keyHead);
      double factor = factor(q);
      for (int j = 0; j < valueSize; j++) {
        double o = 0;
        for (int l = 0; l < keySize; l++) {
          o += s[l][j] * q[l] * factor;
        }
        outputs[0].putScalar(b, t, h, j, spec.scale() * o);
      }
      if (outputGradients != null) {
        // The state after the token is needed by the backward loop and would be overwritten.
        afterToken(t, tokens, s);
      }
    }
    for (int i = 0; i < keySize; i++) {
      for (int j = 0; j < valueSize; j++) {
        outputs[1].putScalar(b, h, i, j, s[i][j]);
      }
    }
    if (outputGradients != null) {
      headBackward(b, h, keyHead, before, states, errors, outputGradients, gradients);
    }
  }

  private double[][][] after = new double[0][][];

  private void afterToken(int t, int count, double[][] s) {
    if (after.length != count) {
      after = new double[count][][];
    }
    after[t] = copy(s);
  }

  private void headBackward(
      int b,
      int h,
      int keyHead,
      double[][][] before,
      double[][][] states,
      double[][] errors,
      INDArray[] outputGradients,
      INDArray[] gradients) {
    double[][] dS = new double[keySize][valueSize];
    for (int i = 0; i < keySize && outputGradients[1] != null; i++) {
      for (int j = 0; j < valueSize; j++) {
        dS[i][j] = outputGradients[1].getDouble(b, h, i, j);
      }
    }
    for (int t = tokens - 1; t >= 0; t--) {
      double[] rawQ = row(0, b, t, keyHead);
      double factorQ = factor(rawQ);
      double[] q = times(rawQ, factorQ);
      double[] dq = new double[keySize];
      for (int l = 0; l < keySize; l++) {
        for (int j = 0; j < valueSize; j++) {
          double dO =
              outputGradients[0] == null
                  ? 0
                  : spec.scale() * outputGradients[0].getDouble(b, t, h, j);
          dq[l] += after[t][l][j] * dO;
          dS[l][j] += q[l] * dO;
        }
      }
      addRaw(gradients[0], q, factorQ, dq, b, t, keyHead);
      for (int i = t * n + n - 1; i >= t * n; i--) {
        microStep(b, h, keyHead, i, states[i], errors[i], dS, gradients);
      }
      if (inputs[4] != null) {
        double decay = Math.exp(inputs[4].getDouble(b, t, h));
        double sum = 0;
        for (int l = 0; l < keySize; l++) {
          for (int j = 0; j < valueSize; j++) {
            sum += before[t][l][j] * dS[l][j];
            dS[l][j] *= decay;
          }
        }
        gradients[4].putScalar(b, t, h, decay * sum);
      }
    }
    for (int i = 0; i < keySize && gradients[5] != null; i++) {
      for (int j = 0; j < valueSize; j++) {
        gradients[5].putScalar(b, h, i, j, dS[i][j]);
      }
    }
  }

  private void microStep(
      int b,
      int h,
      int keyHead,
      int i,
      double[][] state,
      double[] e,
      double[][] dS,
      INDArray[] gradients) {
    double[] raw = row(1, b, i, keyHead);
    double factor = factor(raw);
    double[] k = times(raw, factor);
    double beta = inputs[3].getDouble(b, i, h);
    double dBeta = 0;
    double[] dk = new double[keySize];
    for (int j = 0; j < valueSize; j++) {
      double w = 0;
      for (int l = 0; l < keySize; l++) {
        w += dS[l][j] * k[l];
      }
      dBeta += w * e[j];
      double de = beta * w;
      gradients[2].putScalar(b, i, h, j, de);
      for (int l = 0; l < keySize; l++) {
        dk[l] += beta * dS[l][j] * e[j] - state[l][j] * de;
        dS[l][j] -= k[l] * de;
      }
    }
    gradients[3].putScalar(b, i, h, dBeta);
    addRaw(gradients[1], k, factor, dk, b, i, keyHead);
  }

  private static double[][] copy(double[][] s) {
    double[][] copy = new double[s.length][];
    for (int i = 0; i < s.length; i++) {
      copy[i] = s[i].clone();
    }
    return copy;
  }
}
