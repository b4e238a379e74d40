package org.dl4jext.samediff.ssm;

import static org.dl4jext.samediff.ssm.SelectiveScanSizes.A;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.B;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.C;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.D;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.DELTA;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.STATE;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.X;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The selective scan in the {@code HOST} execution; {@link SelectiveScanReference} is its slow
 * form. A task takes an example through all steps. States are kept at every 32nd step, and the
 * steps between are run again in the backward pass.
 */
final class FloatSelectiveScan implements DifferentiableUnit {

  private static final int INTERVAL = 32;

  private final boolean signed;
  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatHostArrays host = new FloatHostArrays();
  private SelectiveScanSizes size;
  private float[][] in = new float[STATE + 1][];
  private float[] saved;
  private boolean kept;

  FloatSelectiveScan(EigenvalueRange range) {
    this.signed = range == EigenvalueRange.SIGNED;
  }

  private void read(INDArray[] inputs) {
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] == null) {
        in[i] = null;
      } else {
        in[i] = FloatHostArrays.ensure(in[i], inputs[i].length());
        host.read(inputs[i], in[i], 0);
      }
    }
  }

  private int row() {
    return size.channels() * size.states();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    SelectiveScanSizes given = SelectiveScanSizes.of(inputs, FloatMath.TYPE);
    given.requireOutputs("outputs", outputs);
    kept = false;
    size = given;
    read(inputs);
    int intervals = (size.steps() + INTERVAL - 1) / INTERVAL;
    saved = FloatHostArrays.ensure(saved, keep ? (long) intervals * size.batch() * row() : 0);
    float[] y = new float[size.batch() * size.steps() * size.channels()];
    float[] last = new float[size.batch() * row()];
    if (in[STATE] != null) {
      System.arraycopy(in[STATE], 0, last, 0, last.length);
    }
    HostThreads.run(
        size.batch(),
        HostThreads.configured(),
        (n, worker) -> {
          float[] a = new float[row()];
          for (int t = 0; t < size.steps(); t++) {
            if (keep && t % INTERVAL == 0) {
              System.arraycopy(last, n * row(), saved, savedAt(n, t), row());
            }
            transitions(n, t, a);
            step(n, t, a, last, n * row(), last, n * row());
            output(n, t, last, n * row(), y);
          }
        });
    write(y, outputs[0]);
    write(last, outputs[1]);
    kept = keep;
  }

  private void write(float[] from, INDArray to) {
    if (to != null) {
      host.write(from, 0, to);
    }
  }

  private int savedAt(int n, int t) {
    return (t / INTERVAL * size.batch() + n) * row();
  }

  /** exp(delta A), mapped to (-1,1) if signed [E,S]. */
  private void transitions(int n, int t, float[] a) {
    int first = (n * size.steps() + t) * size.channels();
    int states = size.states();
    for (int e = 0; e < size.channels(); e++) {
      blocks.scale(states, in[DELTA][first + e], in[A], e * states, a, e * states);
    }
    blocks.exp(row(), a, 0, a, 0);
    for (int i = 0; signed && i < row(); i++) {
      a[i] = 2 * a[i] - 1;
    }
  }

  private void step(int n, int t, float[] a, float[] h, int hOffset, float[] to, int toOffset) {
    int at = n * size.steps() + t;
    int states = size.states();
    for (int e = 0; e < size.channels(); e++) {
      float drive = in[DELTA][at * size.channels() + e] * in[X][at * size.channels() + e];
      for (int s = 0; s < states; s++) {
        int i = e * states + s;
        to[toOffset + i] = a[i] * h[hOffset + i] + drive * in[B][at * states + s];
      }
    }
  }

  private void output(int n, int t, float[] h, int hOffset, float[] y) {
    int at = n * size.steps() + t;
    int states = size.states();
    for (int e = 0; e < size.channels(); e++) {
      int i = at * size.channels() + e;
      float read = blocks.dot(states, h, hOffset + e * states, in[C], at * states);
      y[i] = read + in[D][e] * in[X][i];
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    SelectiveScanSizes.requireKept(kept);
    SelectiveScanSizes given = SelectiveScanSizes.of(inputs, FloatMath.TYPE);
    given.requireOutputs("output gradients", outputGradients);
    given.requireInputGradients(inputGradients);
    kept = false;
    int sequence = size.batch() * size.steps();
    float[] dy = new float[sequence * size.channels()];
    float[][] d = new float[STATE + 1][];
    d[X] = new float[dy.length];
    d[DELTA] = new float[dy.length];
    d[B] = new float[sequence * size.states()];
    d[C] = new float[sequence * size.states()];
    // One part for each example, added up in order.
    d[A] = new float[size.batch() * row()];
    d[D] = new float[size.batch() * size.channels()];
    d[STATE] = new float[size.batch() * row()];
    if (outputGradients[0] != null) {
      host.read(outputGradients[0], dy, 0);
    }
    if (outputGradients[1] != null) {
      host.read(outputGradients[1], d[STATE], 0);
    }
    HostThreads.run(size.batch(), HostThreads.configured(), (n, worker) -> backward(n, dy, d));
    d[A] = summed(d[A], row());
    d[D] = summed(d[D], size.channels());
    for (int i = 0; i < d.length; i++) {
      write(d[i], inputGradients[i]);
    }
  }

  private float[] summed(float[] parts, int length) {
    float[] sum = Arrays.copyOf(parts, length);
    for (int n = 1; n < size.batch(); n++) {
      blocks.addScaled(length, 1, parts, n * length, sum, 0);
    }
    return sum;
  }

  private void backward(int n, float[] dy, float[][] d) {
    float[] a = new float[row()];
    float[] states = new float[(INTERVAL + 1) * row()];
    for (int first = (size.steps() - 1) / INTERVAL * INTERVAL; first >= 0; first -= INTERVAL) {
      int end = Math.min(first + INTERVAL, size.steps());
      System.arraycopy(saved, savedAt(n, first), states, 0, row());
      for (int t = first; t < end; t++) {
        transitions(n, t, a);
        step(n, t, a, states, (t - first) * row(), states, (t - first + 1) * row());
      }
      for (int t = end - 1; t >= first; t--) {
        transitions(n, t, a);
        for (int e = 0; e < size.channels(); e++) {
          backward(n, t, e, a, states, (t - first) * row(), dy, d);
        }
      }
    }
  }

  private void backward(
      int n, int t, int e, float[] a, float[] h, int before, float[] dy, float[][] d) {
    int at = n * size.steps() + t;
    int i = at * size.channels() + e;
    int states = size.states();
    float delta = in[DELTA][i];
    float x = in[X][i];
    float dOut = dy[i];
    float dDelta = 0;
    float dDrive = 0;
    for (int s = 0; s < states; s++) {
      int es = e * states + s;
      int bc = at * states + s;
      int own = n * row() + es;
      float dh = d[STATE][own] + dOut * in[C][bc];
      float dExponent = dh * h[before + es] * (signed ? a[es] + 1 : a[es]);
      d[C][bc] += dOut * h[before + row() + es];
      d[B][bc] += dh * delta * x;
      d[A][own] += dExponent * delta;
      d[STATE][own] = dh * a[es];
      dDelta += dExponent * in[A][es];
      dDrive += dh * in[B][bc];
    }
    d[DELTA][i] = dDelta + dDrive * x;
    d[X][i] = dDrive * delta + dOut * in[D][e];
    d[D][n * size.channels() + e] += dOut * x;
  }
}
