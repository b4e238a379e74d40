package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * One step of a QKAN-LSTM on Java arrays; {@link QkanCellReference} is the slow form.
 *
 * <p>A step is a row of a {@link Tape}. The parameters are those of {@link QkanLstmLayout}; one
 * instance is scratch memory for one thread.
 */
final class FloatQkanCell {

  private final FloatQkanMap map;
  private final FloatBlocks blocks;
  private final float[][] p;
  private final int codec;
  private final int size;
  private final int joined;
  private final int encoded;
  private final int latentOut;
  private final int decoders;
  private final boolean hybrid;
  private final float[] dGates;
  private final float[] dRead;
  private final float[] dLatent;

  FloatQkanCell(QkanLstmLayout layout, FloatQkanMap map, float[][] parameters, FloatBlocks blocks) {
    this.map = map;
    this.blocks = blocks;
    this.p = parameters;
    codec = layout.codec();
    size = layout.outputSize();
    joined = layout.joinedSize();
    hybrid = layout.spec().isHybrid();
    encoded = layout.circuits().inputSize();
    latentOut = layout.spec().latentOut();
    decoders = layout.codecs();
    dGates = new float[4 * size];
    dRead = new float[layout.circuits().outputSize()];
    dLatent = new float[encoded];
  }

  /** Rows of steps: what a forward pass leaves for the backward pass. */
  static final class Tape {
    final float[] v;
    final float[] latent;
    final float[] read;
    final float[] gates;
    final float[] before;
    final float[] tanh;

    Tape(QkanLstmLayout layout, int rows) {
      boolean hybrid = layout.spec().isHybrid();
      v = new float[Math.multiplyExact(rows, layout.joinedSize())];
      latent = hybrid ? new float[Math.multiplyExact(rows, layout.circuits().inputSize())] : v;
      gates = new float[Math.multiplyExact(rows, 4 * layout.outputSize())];
      read = hybrid ? new float[Math.multiplyExact(rows, layout.circuits().outputSize())] : gates;
      before = new float[Math.multiplyExact(rows, layout.outputSize())];
      tanh = new float[before.length];
    }
  }

  /** Sums of the gradients of encoders and decoders. */
  static final class CodecSums {
    final float[][] parts = new float[4][];

    CodecSums(QkanLstmLayout layout) {
      for (int i = 0; i < 4; i++) {
        long length =
            layout.spec().isHybrid() ? layout.parameters().get(layout.codec() + i).length() : 0;
        parts[i] = new float[Math.toIntExact(length)];
      }
    }

    void clear() {
      for (float[] part : parts) {
        java.util.Arrays.fill(part, 0);
      }
    }
  }

  /**
   * One step: reads [h, x] from row of the tape's v, and overwrites h and c.
   *
   * @param h state, from {@code at} on
   * @param c state, from {@code at} on
   */
  void forward(Tape tape, int row, float[] h, float[] c, int at) {
    int gate = row * 4 * size;
    if (hybrid) {
      encode(tape, row);
    }
    map.forward(tape.latent, row * encoded, tape.read, row * dRead.length);
    if (hybrid) {
      decode(tape, row);
    }
    float[] a = tape.gates;
    for (int e = 0; e < size; e++) {
      float f = FloatMath.sigmoid(a[gate + e]);
      float i = FloatMath.sigmoid(a[gate + size + e]);
      float g = FloatMath.of(Math.tanh(a[gate + 2 * size + e]));
      float o = FloatMath.sigmoid(a[gate + 3 * size + e]);
      tape.before[row * size + e] = c[at + e];
      float cell = f * c[at + e] + i * g;
      float tanh = FloatMath.of(Math.tanh(cell));
      c[at + e] = cell;
      h[at + e] = o * tanh;
      tape.tanh[row * size + e] = tanh;
      a[gate + e] = f;
      a[gate + size + e] = i;
      a[gate + 2 * size + e] = g;
      a[gate + 3 * size + e] = o;
    }
  }

  private void encode(Tape tape, int row) {
    for (int j = 0; j < encoded; j++) {
      float sum = blocks.dot(joined, p[codec], j * joined, tape.v, row * joined);
      tape.latent[row * encoded + j] = p[codec + 1][j] + sum;
    }
  }

  private void decode(Tape tape, int row) {
    int rows = decoders * size;
    for (int e = 0; e < 4 * size; e++) {
      int from = row * dRead.length + e / size * latentOut;
      int weight = e % rows * latentOut;
      float sum = p[codec + 3][e % rows];
      for (int k = 0; k < latentOut; k++) {
        sum += p[codec + 2][weight + k] * tape.read[from + k];
      }
      tape.gates[row * 4 * size + e] = sum;
    }
  }

  /**
   * Back through one step.
   *
   * @param dh gradient of h after the step, from {@code at} on
   * @param dc gradient of c after the step, overwritten by that before it
   * @param dv gradient of [h, x], overwritten
   */
  void backward(
      Tape tape,
      int row,
      float[] dh,
      float[] dc,
      int at,
      float[] dv,
      FloatQkanSums sums,
      CodecSums codecs) {
    float[] a = tape.gates;
    int gate = row * 4 * size;
    for (int e = 0; e < size; e++) {
      float f = a[gate + e];
      float i = a[gate + size + e];
      float g = a[gate + 2 * size + e];
      float o = a[gate + 3 * size + e];
      float tanh = tape.tanh[row * size + e];
      float dCell = dc[at + e] + dh[at + e] * o * (1 - tanh * tanh);
      dGates[e] = dCell * tape.before[row * size + e] * f * (1 - f);
      dGates[size + e] = dCell * g * i * (1 - i);
      dGates[2 * size + e] = dCell * i * (1 - g * g);
      dGates[3 * size + e] = dh[at + e] * tanh * o * (1 - o);
      dc[at + e] = dCell * f;
    }
    java.util.Arrays.fill(dv, 0, joined, 0);
    if (!hybrid) {
      map.backward(tape.v, row * joined, dGates, 0, dv, 0, sums);
      return;
    }
    decodeBackward(tape, row, codecs);
    java.util.Arrays.fill(dLatent, 0);
    map.backward(tape.latent, row * encoded, dRead, 0, dLatent, 0, sums);
    for (int j = 0; j < encoded; j++) {
      codecs.parts[1][j] += dLatent[j];
      blocks.addScaled(joined, dLatent[j], tape.v, row * joined, codecs.parts[0], j * joined);
      blocks.addScaled(joined, dLatent[j], p[codec], j * joined, dv, 0);
    }
  }

  private void decodeBackward(Tape tape, int row, CodecSums codecs) {
    java.util.Arrays.fill(dRead, 0);
    int rows = decoders * size;
    for (int e = 0; e < 4 * size; e++) {
      int from = e / size * latentOut;
      int weight = e % rows * latentOut;
      codecs.parts[3][e % rows] += dGates[e];
      for (int k = 0; k < latentOut; k++) {
        codecs.parts[2][weight + k] += dGates[e] * tape.read[row * dRead.length + from + k];
        dRead[from + k] += dGates[e] * p[codec + 2][weight + k];
      }
    }
  }
}
