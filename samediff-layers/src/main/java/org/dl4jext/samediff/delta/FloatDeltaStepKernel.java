package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.dl4jext.samediff.kernel.FloatVectorProduct;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of a delta layer, stream by stream, on preallocated arrays. */
final class FloatDeltaStepKernel implements FloatStepKernel {

  private final DeltaLayout layout;
  private final DeltaSpec spec;
  private final FloatBlocks blocks;
  private final FloatKeyNorm norm;
  private final FloatDeltaReadout readout;
  private final int streams;
  private final int before;
  private final int valueRow;
  private final int channels;

  private final float[] given;
  private final float[] taps;
  private final float[] bias;
  private final float[] decayRate;
  private final float[] decayBias;
  private final float[] gain;

  private float[][] w;
  private float[][] wo;

  /** S as rows for each stream and head; and the last W-1 inputs of each channel. */
  private final float[][][] state;

  private final float[] history;

  private final float[] p;
  private final float[] convolved;
  private final float[] u;

  /** S'k, then S'q. */
  private final float[] read;

  /** The keys of one head, then its query. */
  private final float[][] keys;

  private final float[] beta;
  private final float[] gate;
  private final float[] reads;
  private final float[] y;

  FloatDeltaStepKernel(DeltaLayout layout, INDArray[] parameters, int streams) {
    this.layout = layout;
    blocks = FloatBlocks.forSteps();
    this.streams = streams;
    spec = layout.spec();
    norm = new FloatKeyNorm(blocks, spec.queryKeyNorm(), spec.queryKeyNormEps(), spec.keySize());
    readout = new FloatDeltaReadout(blocks, spec, 1);
    before = Math.max(0, spec.convolutionWidth() - 1);
    valueRow = blocks.padded(spec.valueSize());
    channels = blocks.padded(layout.channels());
    taps = new float[spec.convolutionWidth() * channels];
    bias = new float[spec.convolutionBias() ? channels : 0];
    decayRate = new float[spec.forgetGate() ? spec.valueHeads() : 0];
    decayBias = new float[spec.forgetGate() ? spec.valueHeads() : 0];
    gain = new float[valueRow];
    given = new float[largestParameter()];
    state = new float[streams * spec.valueHeads()][spec.keySize()][spec.valueSize()];
    history = new float[streams * before * channels];
    p = new float[layout.columns()];
    convolved = new float[channels];
    u = new float[valueRow];
    read = new float[valueRow];
    keys = new float[spec.householders() + 1][blocks.padded(spec.keySize())];
    beta = new float[blocks.padded(Math.max(1, spec.householders() * spec.valueHeads()))];
    gate = new float[spec.outputGate() ? valueRow : 0];
    reads = new float[layout.readSize()];
    y = new float[layout.outputSize()];
    load(new FloatHostArrays(), parameters);
  }

  private int largestParameter() {
    long largest = 0;
    for (var parameter : layout.parameters()) {
      largest = Math.max(largest, parameter.length());
    }
    return Math.toIntExact(largest);
  }

  private void load(FloatHostArrays host, INDArray[] parameters) {
    int i = 0;
    w = rows(host, parameters[i++], layout.inputSize(), layout.columns());
    if (spec.convolutionWidth() > 0) {
      host.read(parameters[i++], given, 0);
      int width = spec.convolutionWidth();
      blocks.transpose(layout.channels(), width, given, 0, width, taps, 0, channels);
      if (spec.convolutionBias()) {
        host.read(parameters[i++], bias, 0);
      }
    }
    if (spec.forgetGate()) {
      host.read(parameters[i++], decayRate, 0);
      host.read(parameters[i++], decayBias, 0);
    }
    if (spec.outputNorm()) {
      host.read(parameters[i++], gain, 0);
    }
    wo = rows(host, parameters[i], layout.readSize(), layout.outputSize());
  }

  private float[][] rows(FloatHostArrays host, INDArray from, int rows, int columns) {
    host.read(from, given, 0);
    return FloatVectorProduct.rows(given, rows, columns);
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(float[] x, float[] y) {
    int nIn = layout.inputSize();
    int nOut = layout.outputSize();
    for (int stream = 0; stream < streams; stream++) {
      Arrays.fill(p, 0);
      FloatVectorProduct.add(layout.columns(), x, stream * nIn, w, p);
      convolve(stream);
      betas();
      for (int head = 0; head < spec.heads(); head++) {
        head(stream, head);
      }
      Arrays.fill(this.y, 0);
      FloatVectorProduct.add(nOut, reads, 0, wo, this.y);
      System.arraycopy(this.y, 0, y, stream * nOut, nOut);
    }
  }

  /** q, k and v of one stream, up to their activation. */
  private void convolve(int stream) {
    int width = spec.convolutionWidth();
    if (width == 0) {
      System.arraycopy(p, 0, convolved, 0, layout.channels());
    } else {
      blocks.times(layout.channels(), p, 0, taps, before * channels, convolved, 0);
      int past = stream * before * channels;
      for (int j = 0; j < before; j++) {
        blocks.addTimes(channels, history, past + j * channels, taps, j * channels, convolved, 0);
      }
      if (spec.convolutionBias()) {
        blocks.addScaled(channels, 1, bias, 0, convolved, 0);
      }
      if (before > 0) {
        System.arraycopy(history, past + channels, history, past, (before - 1) * channels);
        System.arraycopy(p, 0, history, past + (before - 1) * channels, layout.channels());
      }
    }
    int keys = layout.valueColumn();
    activate(spec.queryKeyActivation(), 0, keys);
    activate(spec.valueActivation(), keys, layout.channels() - keys);
  }

  private void activate(Activation activation, int from, int count) {
    switch (activation) {
      case SILU -> blocks.silu(count, convolved, from, convolved, from);
      case RELU -> {
        for (int i = from; i < from + count; i++) {
          convolved[i] = Math.max(convolved[i], 0);
        }
      }
      case ELU_PLUS_ONE -> {
        for (int i = from; i < from + count; i++) {
          convolved[i] = convolved[i] > 0 ? convolved[i] + 1 : FloatMath.exp(convolved[i]);
        }
      }
      case IDENTITY -> {}
    }
  }

  private void betas() {
    int count = spec.householders() * spec.valueHeads();
    float scale = FloatMath.of(spec.betaScale());
    if (spec.learnedBeta()) {
      blocks.sigmoid(count, p, layout.betaColumn(), beta, 0);
      blocks.scale(count, scale, beta, 0, beta, 0);
    } else {
      Arrays.fill(beta, 0, count, scale);
    }
  }

  /** The value heads of one key head. */
  private void head(int stream, int head) {
    int group = spec.valueHeads() / spec.heads();
    int n = spec.householders();
    for (int j = 0; j < n; j++) {
      loadKey(keys[j], layout.keyColumn() + (j * spec.heads() + head) * spec.keySize());
    }
    loadKey(keys[n], head * spec.keySize());
    for (int valueHead = head * group; valueHead < (head + 1) * group; valueHead++) {
      float[][] s = state[stream * spec.valueHeads() + valueHead];
      if (spec.forgetGate()) {
        decay(s, valueHead);
      }
      recurrence(s, valueHead);
      readout(valueHead);
    }
  }

  private void loadKey(float[] key, int column) {
    System.arraycopy(convolved, column, key, 0, spec.keySize());
    norm.apply(key, 0);
  }

  private void decay(float[][] s, int valueHead) {
    float input = p[layout.forgetColumn() + valueHead] + decayBias[valueHead];
    float g = -FloatMath.exp(decayRate[valueHead]) * FloatMath.softplus(input);
    float factor = FloatMath.exp(g);
    for (float[] row : s) {
      blocks.scale(row.length, factor, row, 0, row, 0);
    }
  }

  /**
   * All micro-steps of a value head: each pass over S writes with one key and reads with the next.
   */
  private void recurrence(float[][] s, int valueHead) {
    int size = spec.valueSize();
    Arrays.fill(read, 0);
    FloatVectorProduct.add(size, keys[0], 0, s, read);
    for (int j = 0; j < spec.householders(); j++) {
      int index = j * spec.valueHeads() + valueHead;
      int from = layout.valueColumn() + index * size;
      for (int i = 0; i < size; i++) {
        u[i] = beta[index] * (convolved[from + i] - read[i]);
      }
      Arrays.fill(read, 0);
      FloatVectorProduct.updateAndAdd(size, keys[j], u, s, keys[j + 1], read);
    }
  }

  private void readout(int valueHead) {
    int size = spec.valueSize();
    blocks.scale(size, FloatMath.of(spec.readScale()), read, 0, read, 0);
    if (spec.outputGate()) {
      System.arraycopy(p, layout.gateColumn() + valueHead * size, gate, 0, size);
    }
    readout.forward(1, read, 0, gain, gate);
    System.arraycopy(read, 0, reads, valueHead * size, size);
  }

  @Override
  public void readState(int index, float[] to) {
    copyState(index, to, false);
  }

  @Override
  public void writeState(int index, float[] from) {
    copyState(index, from, true);
  }

  private void copyState(int index, float[] other, boolean in) {
    boolean convolution = index == 1 && before > 0;
    if (index != 0 && !convolution) {
      throw new IllegalArgumentException(
          "delta layer: state index is " + index + "; allowed: 0 to " + (before > 0 ? 1 : 0));
    }
    if (convolution) {
      copyHistory(other, in);
      return;
    }
    int size = spec.valueSize();
    for (int i = 0; i < state.length * spec.keySize(); i++) {
      float[] row = state[i / spec.keySize()][i % spec.keySize()];
      if (in) {
        System.arraycopy(other, i * size, row, 0, size);
      } else {
        System.arraycopy(row, 0, other, i * size, size);
      }
    }
  }

  private void copyHistory(float[] other, boolean in) {
    int size = layout.channels();
    for (int i = 0; i < streams * before; i++) {
      if (in) {
        System.arraycopy(other, i * size, history, i * channels, size);
      } else {
        System.arraycopy(history, i * channels, other, i * size, size);
      }
    }
  }

  @Override
  public void reset(int stream) {
    for (int i = 0; i < spec.valueHeads(); i++) {
      for (float[] row : state[stream * spec.valueHeads() + i]) {
        Arrays.fill(row, 0);
      }
    }
    int length = history.length / streams;
    Arrays.fill(history, stream * length, (stream + 1) * length, 0);
  }
}
