package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.MaskedRows;

/**
 * The matrices of a delta layer between its stages, over R packed rows. They are reused from call
 * to call and only ever grow.
 */
final class FloatDeltaLayerBuffers {

  private final DeltaLayout layout;
  private final int valueRow;

  final MaskedRows rows = new MaskedRows();

  /** x [R,nIn]. */
  float[] x;

  /** The projection [R,F], and its gradient. */
  float[] p;

  float[] dp;

  /** Reads times their factor, before norm and gate, of each example and head; padded rows. */
  float[] reads;

  /** Reads after norm and gate [R,HV*V], and their gradient. */
  float[] o;

  float[] dO;

  /** y [R,nOut], and its gradient. */
  float[] y;

  /** W-1 projected inputs before the first step [N,W-1,C], null for zeros; and their gradient. */
  float[] history;

  float[] dHistory;

  /** A and dt as given, the gain of the norm with padding. */
  final float[] decayRate;

  final float[] decayBias;
  final float[] gain;

  /** Gradients of A, dt and the gain, [N,HV], [N,HV] and [N,HV,V padded]. */
  float[] dDecayRate;

  float[] dDecayBias;
  float[] dGain;

  FloatDeltaLayerBuffers(DeltaLayout layout, FloatBlocks blocks) {
    this.layout = layout;
    DeltaSpec spec = layout.spec();
    valueRow = blocks.padded(spec.valueSize());
    decayRate = new float[spec.forgetGate() ? spec.valueHeads() : 0];
    decayBias = new float[spec.forgetGate() ? spec.valueHeads() : 0];
    gain = new float[valueRow];
  }

  /** Makes room for a forward pass over {@code rows}. */
  void resize(boolean keep) {
    long count = rows.count();
    x = FloatHostArrays.ensure(x, count * layout.inputSize());
    p = FloatHostArrays.ensure(p, count * layout.columns());
    o = FloatHostArrays.ensure(o, count * layout.readSize());
    y = FloatHostArrays.ensure(y, count * layout.outputSize());
    if (keep) {
      reads = FloatHostArrays.ensure(reads, count * layout.spec().valueHeads() * valueRow);
    }
  }

  /** Makes room for the backward pass, with zeros where it adds. */
  void resizeGradients(int examples) {
    long count = rows.count();
    dp = FloatHostArrays.ensure(dp, count * layout.columns());
    dO = FloatHostArrays.ensure(dO, count * layout.readSize());
    DeltaSpec spec = layout.spec();
    int states = Math.max(0, spec.convolutionWidth() - 1) * layout.channels();
    int heads = examples * spec.valueHeads();
    dHistory = zeros(dHistory, (long) examples * states);
    dDecayRate = zeros(dDecayRate, spec.forgetGate() ? heads : 0);
    dDecayBias = zeros(dDecayBias, spec.forgetGate() ? heads : 0);
    dGain = zeros(dGain, spec.outputNorm() ? (long) heads * valueRow : 0);
  }

  private static float[] zeros(float[] array, long length) {
    float[] zeros = FloatHostArrays.ensure(array, length);
    java.util.Arrays.fill(zeros, 0, Math.toIntExact(length), 0);
    return zeros;
  }

  /** Sums the parts of all examples of an array [examples,size]. */
  static void sum(float[] parts, int examples, int step, int size, float[] to) {
    for (int i = 0; i < size; i++) {
      float sum = 0;
      for (int j = 0; j < examples; j++) {
        sum += parts[j * step + i];
      }
      to[i] = sum;
    }
  }

  /** Bytes of everything. */
  long bytes() {
    long elements = 0;
    for (float[] array : new float[][] {x, p, dp, reads, o, dO, y, history, dHistory}) {
      elements += array == null ? 0 : array.length;
    }
    return elements * FloatMath.BYTES;
  }
}
