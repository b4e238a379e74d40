package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatStepKernel;
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
  private final int columns;
  private final int outputRow;
  private final int channels;

  private final float[] given;
  private final float[] w;
  private final float[] wo;
  private final float[] taps;
  private final float[] bias;
  private final float[] decayRate;
  private final float[] decayBias;
  private final float[] gain;

  /** S with padded rows, for each stream and head; and the last W-1 inputs of each channel. */
  private final float[] state;

  private final float[] history;

  private final float[] p;
  private final float[] convolved;
  private final float[] v;
  private final float[] u;
  private final float[] key;
  private final float[] beta;
  private final float[] gate;
  private final float[] reads;
  private final float[] y;

  /** Makes a kernel with zero states; {@link #load} gives it parameters. */
  FloatDeltaStepKernel(DeltaLayout layout, FloatBlocks blocks, int streams) {
    this.layout = layout;
    this.blocks = blocks;
    this.streams = streams;
    spec = layout.spec();
    norm = new FloatKeyNorm(blocks, spec.queryKeyNorm(), spec.queryKeyNormEps(), spec.keySize());
    readout = new FloatDeltaReadout(blocks, spec, 1);
    before = Math.max(0, spec.convolutionWidth() - 1);
    valueRow = blocks.padded(spec.valueSize());
    columns = blocks.padded(layout.columns());
    outputRow = blocks.padded(layout.outputSize());
    channels = blocks.padded(layout.channels());
    w = new float[layout.inputSize() * columns];
    wo = new float[layout.readSize() * outputRow];
    taps = new float[spec.convolutionWidth() * channels];
    bias = new float[spec.convolutionBias() ? channels : 0];
    decayRate = new float[spec.forgetGate() ? spec.valueHeads() : 0];
    decayBias = new float[spec.forgetGate() ? spec.valueHeads() : 0];
    gain = new float[valueRow];
    given = new float[largestParameter()];
    state = new float[streams * spec.valueHeads() * spec.keySize() * valueRow];
    history = new float[streams * before * channels];
    p = new float[streams * columns];
    convolved = new float[channels];
    v = new float[valueRow];
    u = new float[valueRow];
    key = new float[blocks.padded(spec.keySize())];
    beta = new float[blocks.padded(Math.max(1, spec.householders() * spec.valueHeads()))];
    gate = new float[spec.outputGate() ? valueRow : 0];
    reads = new float[streams * layout.readSize()];
    y = new float[streams * outputRow];
  }

  private int largestParameter() {
    long largest = 0;
    for (var parameter : layout.parameters()) {
      largest = Math.max(largest, parameter.length());
    }
    return Math.toIntExact(largest);
  }

  /** Copies the parameters, of which {@code parameters[first]} is W. */
  void load(FloatHostArrays host, INDArray[] parameters, int first) {
    int i = first;
    loadRows(host, parameters[i++], layout.inputSize(), layout.columns(), columns, w);
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
    loadRows(host, parameters[i], layout.readSize(), layout.outputSize(), outputRow, wo);
  }

  private void loadRows(
      FloatHostArrays host, INDArray from, int rows, int size, int row, float[] to) {
    if (row == size) {
      host.read(from, to, 0);
      return;
    }
    host.read(from, given, 0);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(given, i * size, to, i * row, size);
    }
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(float[] x, float[] y) {
    int nIn = layout.inputSize();
    blocks.multiply(streams, columns, nIn, x, 0, nIn, 1, w, 0, columns, p, 0, columns, 1, false);
    for (int stream = 0; stream < streams; stream++) {
      convolve(stream);
      betas(stream);
      for (int head = 0; head < spec.heads(); head++) {
        head(stream, head);
      }
    }
    int size = layout.readSize();
    int nOut = layout.outputSize();
    blocks.multiply(
        streams, outputRow, size, reads, 0, size, 1, wo, 0, outputRow, this.y, 0, outputRow, 1,
        false);
    for (int stream = 0; stream < streams; stream++) {
      System.arraycopy(this.y, stream * outputRow, y, stream * nOut, nOut);
    }
  }

  /** q, k and v of one stream, up to their activation. */
  private void convolve(int stream) {
    int at = stream * columns;
    int width = spec.convolutionWidth();
    if (width == 0) {
      System.arraycopy(p, at, convolved, 0, layout.channels());
    } else {
      blocks.times(layout.channels(), p, at, taps, before * channels, convolved, 0);
      int past = stream * before * channels;
      for (int j = 0; j < before; j++) {
        blocks.addTimes(channels, history, past + j * channels, taps, j * channels, convolved, 0);
      }
      if (spec.convolutionBias()) {
        blocks.addScaled(channels, 1, bias, 0, convolved, 0);
      }
      if (before > 0) {
        System.arraycopy(history, past + channels, history, past, (before - 1) * channels);
        System.arraycopy(p, at, history, past + (before - 1) * channels, layout.channels());
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

  private void betas(int stream) {
    int count = spec.householders() * spec.valueHeads();
    float scale = FloatMath.of(spec.betaScale());
    if (spec.learnedBeta()) {
      blocks.sigmoid(count, p, stream * columns + layout.betaColumn(), beta, 0);
      blocks.scale(count, scale, beta, 0, beta, 0);
    } else {
      Arrays.fill(beta, 0, count, scale);
    }
  }

  /** The value heads of one key head. */
  private void head(int stream, int head) {
    int group = spec.valueHeads() / spec.heads();
    int size = spec.keySize();
    for (int valueHead = head * group; valueHead < (head + 1) * group; valueHead++) {
      if (spec.forgetGate()) {
        decay(stream, valueHead);
      }
    }
    for (int j = 0; j < spec.householders(); j++) {
      loadKey(layout.keyColumn() + (j * spec.heads() + head) * size);
      for (int valueHead = head * group; valueHead < (head + 1) * group; valueHead++) {
        update(stream, valueHead, j);
      }
    }
    loadKey(head * size);
    for (int valueHead = head * group; valueHead < (head + 1) * group; valueHead++) {
      read(stream, valueHead);
    }
  }

  private int stateAt(int stream, int valueHead) {
    return (stream * spec.valueHeads() + valueHead) * spec.keySize() * valueRow;
  }

  private void decay(int stream, int valueHead) {
    float input = p[stream * columns + layout.forgetColumn() + valueHead] + decayBias[valueHead];
    float g = -FloatMath.exp(decayRate[valueHead]) * FloatMath.softplus(input);
    int at = stateAt(stream, valueHead);
    blocks.scale(spec.keySize() * valueRow, FloatMath.exp(g), state, at, state, at);
  }

  private void loadKey(int column) {
    System.arraycopy(convolved, column, key, 0, spec.keySize());
    norm.apply(key, 0);
  }

  private void update(int stream, int valueHead, int j) {
    int size = spec.valueSize();
    int at = stateAt(stream, valueHead);
    int index = j * spec.valueHeads() + valueHead;
    System.arraycopy(convolved, layout.valueColumn() + index * size, v, 0, size);
    blocks.multiply(
        1,
        valueRow,
        spec.keySize(),
        key,
        0,
        key.length,
        1,
        state,
        at,
        valueRow,
        v,
        0,
        valueRow,
        -1,
        true);
    blocks.scale(valueRow, beta[index], v, 0, u, 0);
    // Row by row: a product with inner size 1 costs more, and allocates in the vector build.
    for (int i = 0; i < spec.keySize(); i++) {
      blocks.addScaled(valueRow, key[i], u, 0, state, at + i * valueRow);
    }
  }

  private void read(int stream, int valueHead) {
    int size = spec.valueSize();
    blocks.multiply(
        1,
        valueRow,
        spec.keySize(),
        key,
        0,
        key.length,
        1,
        state,
        stateAt(stream, valueHead),
        valueRow,
        v,
        0,
        valueRow,
        FloatMath.of(spec.readScale()),
        false);
    if (spec.outputGate()) {
      int from = stream * columns + layout.gateColumn() + valueHead * size;
      System.arraycopy(p, from, gate, 0, size);
    }
    readout.forward(1, v, 0, gain, gate);
    System.arraycopy(v, 0, reads, stream * layout.readSize() + valueHead * size, size);
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
    float[] own = convolution ? history : state;
    int row = convolution ? channels : valueRow;
    int size = convolution ? layout.channels() : spec.valueSize();
    for (int i = 0; i < own.length / row; i++) {
      if (in) {
        System.arraycopy(other, i * size, own, i * row, size);
      } else {
        System.arraycopy(own, i * row, other, i * size, size);
      }
    }
  }

  /** Zeroes one state of all streams. */
  void resetState(int index) {
    Arrays.fill(index == 0 ? state : history, 0);
  }

  @Override
  public void reset(int stream) {
    int length = state.length / streams;
    Arrays.fill(state, stream * length, (stream + 1) * length, 0);
    length = history.length / streams;
    Arrays.fill(history, stream * length, (stream + 1) * length, 0);
  }
}
