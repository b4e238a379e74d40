package org.dl4jext.samediff.ssm;

import static org.dl4jext.samediff.ssm.SelectiveScanSizes.A;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.B;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.C;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.D;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.DELTA;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.STATE;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.X;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The selective scan in the {@code REFERENCE} execution: a loop in double precision. */
final class SelectiveScanReference implements DifferentiableUnit {

  private final EigenvalueRange range;
  private final DataType type;
  private boolean kept;

  SelectiveScanReference(EigenvalueRange range, DataType type) {
    this.range = range;
    this.type = type;
  }

  private double a(double exponent) {
    double e = Math.exp(exponent);
    return range == EigenvalueRange.SIGNED ? 2 * e - 1 : e;
  }

  /** Derivative of {@link #a}. */
  private double slope(double exponent) {
    return (range == EigenvalueRange.SIGNED ? 2 : 1) * Math.exp(exponent);
  }

  private static double[][] flat(INDArray[] arrays) {
    double[][] flat = new double[arrays.length][];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = arrays[i] == null ? null : arrays[i].dup('c').data().asDouble();
    }
    return flat;
  }

  private static void write(double[] from, INDArray to) {
    if (to != null) {
      to.assign(Nd4j.createFromArray(from).reshape('c', to.shape()).castTo(to.dataType()));
    }
  }

  /** States [T+1][S] of one channel of one example. */
  private double[][] states(SelectiveScanSizes size, double[][] in, int n, int e) {
    double[][] h = new double[size.steps() + 1][size.states()];
    for (int s = 0; s < size.states() && in[STATE] != null; s++) {
      h[0][s] = in[STATE][(n * size.channels() + e) * size.states() + s];
    }
    for (int t = 0; t < size.steps(); t++) {
      int row = n * size.steps() + t;
      double delta = in[DELTA][row * size.channels() + e];
      double x = in[X][row * size.channels() + e];
      for (int s = 0; s < size.states(); s++) {
        double b = in[B][row * size.states() + s];
        h[t + 1][s] = a(delta * in[A][e * size.states() + s]) * h[t][s] + delta * x * b;
      }
    }
    return h;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    SelectiveScanSizes size = SelectiveScanSizes.of(inputs, type);
    size.requireOutputs("outputs", outputs);
    double[][] in = flat(inputs);
    double[] y = new double[in[X].length];
    double[] last = new double[size.batch() * size.channels() * size.states()];
    for (int n = 0; n < size.batch(); n++) {
      for (int e = 0; e < size.channels(); e++) {
        double[][] h = states(size, in, n, e);
        for (int t = 0; t < size.steps(); t++) {
          int row = n * size.steps() + t;
          int at = row * size.channels() + e;
          y[at] = in[D][e] * in[X][at];
          for (int s = 0; s < size.states(); s++) {
            y[at] += h[t + 1][s] * in[C][row * size.states() + s];
          }
        }
        int first = (n * size.channels() + e) * size.states();
        System.arraycopy(h[size.steps()], 0, last, first, size.states());
      }
    }
    write(y, outputs[0]);
    write(last, outputs[1]);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    SelectiveScanSizes.requireKept(kept);
    SelectiveScanSizes size = SelectiveScanSizes.of(inputs, type);
    size.requireOutputs("output gradients", outputGradients);
    size.requireInputGradients(inputGradients);
    double[][] in = flat(inputs);
    double[][] dOut = flat(outputGradients);
    double[][] d = new double[in.length][];
    for (int i = 0; i < d.length; i++) {
      d[i] = new double[i == STATE ? size.batch() * size.channels() * size.states() : in[i].length];
    }
    for (int n = 0; n < size.batch(); n++) {
      for (int e = 0; e < size.channels(); e++) {
        backward(size, in, dOut, d, n, e);
      }
    }
    for (int i = 0; i < d.length; i++) {
      write(d[i], inputGradients[i]);
    }
  }

  private void backward(
      SelectiveScanSizes size, double[][] in, double[][] dOut, double[][] d, int n, int e) {
    double[][] h = states(size, in, n, e);
    int own = (n * size.channels() + e) * size.states();
    for (int s = 0; s < size.states() && dOut[1] != null; s++) {
      d[STATE][own + s] = dOut[1][own + s];
    }
    for (int t = size.steps() - 1; t >= 0; t--) {
      int row = n * size.steps() + t;
      int at = row * size.channels() + e;
      double dy = dOut[0] == null ? 0 : dOut[0][at];
      double delta = in[DELTA][at];
      double x = in[X][at];
      d[X][at] += dy * in[D][e];
      d[D][e] += dy * x;
      for (int s = 0; s < size.states(); s++) {
        int bc = row * size.states() + s;
        int es = e * size.states() + s;
        double exponent = delta * in[A][es];
        double dh = d[STATE][own + s] + dy * in[C][bc];
        double dExponent = dh * h[t][s] * slope(exponent);
        d[C][bc] += dy * h[t + 1][s];
        d[DELTA][at] += dExponent * in[A][es] + dh * x * in[B][bc];
        d[A][es] += dExponent * delta;
        d[X][at] += dh * delta * in[B][bc];
        d[B][bc] += dh * delta * x;
        d[STATE][own + s] = dh * a(exponent);
      }
    }
  }
}
