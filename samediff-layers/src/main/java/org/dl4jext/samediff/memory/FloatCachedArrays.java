package org.dl4jext.samediff.memory;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies of the arrays of one call in c order: inputs and outputs, or their gradients. Reused by
 * later calls; they only grow.
 */
final class FloatCachedArrays {

  private final FloatHostArrays host = new FloatHostArrays();
  CachedRecurrenceSizes sizes;
  final float[][] in = new float[CachedRecurrenceSizes.INPUTS][];
  final float[][] out = new float[CachedRecurrenceSizes.OUTPUTS][];

  /** Which inputs the call has; absent states are zeros and not among them. */
  private final boolean[] given = new boolean[CachedRecurrenceSizes.INPUTS];

  /** Gradients of the start weights of deep memories, one part for each example and head. */
  private float[] startWeights = new float[0];

  static int length(long[] shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
  }

  /** Reads the inputs of a forward pass and clears the outputs. */
  void open(CachedRecurrenceSizes now, INDArray[] inputs) {
    boolean[] present = new boolean[in.length];
    for (int i = 0; i < in.length; i++) {
      present[i] = inputs[i] != null;
    }
    begin(now, present);
    read(inputs, in);
  }

  /** Makes room for the inputs of a forward pass; states that are absent and outputs are zeros. */
  void begin(CachedRecurrenceSizes now, boolean[] present) {
    sizes = now;
    for (int i = 0; i < in.length; i++) {
      given[i] = present[i];
      if (i >= CachedRecurrenceSizes.POSITION || given[i]) {
        in[i] = zeros(in[i], now.inputShape(i), !given[i]);
      }
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = zeros(out[i], now.outputShape(i), true);
    }
  }

  /** Reads the output gradients of a backward pass and clears the input gradients. */
  void openGradients(FloatCachedArrays forward, INDArray[] outputGradients) {
    beginGradients(forward);
    read(outputGradients, out);
  }

  /** Clears the gradients of a backward pass. */
  void beginGradients(FloatCachedArrays forward) {
    sizes = forward.sizes;
    System.arraycopy(forward.given, 0, given, 0, given.length);
    for (int i = 0; i < out.length; i++) {
      out[i] = zeros(out[i], sizes.outputShape(i), true);
    }
    if (sizes.spec().memory().isDeep()) {
      long parts = (long) sizes.batch() * sizes.heads() * sizes.readSize();
      startWeights = FloatHostArrays.ensure(startWeights, parts);
    }
    for (int i = 0; i < in.length; i++) {
      if (i != CachedRecurrenceSizes.MASK) {
        in[i] = zeros(in[i], sizes.inputShape(i), true);
      }
    }
  }

  private void read(INDArray[] from, float[][] to) {
    for (int i = 0; i < to.length; i++) {
      if (from[i] != null) {
        host.read(from[i], to[i], 0);
      }
    }
  }

  private static float[] zeros(float[] array, long[] shape, boolean clear) {
    int length = length(shape);
    float[] made = FloatHostArrays.ensure(array, length);
    if (clear) {
      Arrays.fill(made, 0, length, FloatMath.of(0));
    }
    return made;
  }

  /** Parts [B,H,P'] of the gradients of the start weights, to be overwritten. */
  float[] startWeights() {
    return startWeights;
  }

  /** Adds the parts up, in the order of the examples. */
  void collectStartWeights() {
    int read = sizes.readSize();
    int first = sizes.deepSize() * sizes.keySize();
    for (int b = 0; b < sizes.batch(); b++) {
      for (int h = 0; h < sizes.heads(); h++) {
        int from = head(b, h) * read;
        for (int i = 0; i < read; i++) {
          float part = startWeights[from + i];
          if (i < first) {
            in[CachedRecurrenceSizes.W1][h * first + i] += part;
          } else {
            in[CachedRecurrenceSizes.W2][h * (read - first) + i - first] += part;
          }
        }
      }
    }
  }

  void writeOutputs(INDArray[] outputs) {
    write(out, outputs);
  }

  void writeGradients(INDArray[] gradients) {
    write(in, gradients);
  }

  private void write(float[][] from, INDArray[] to) {
    for (int i = 0; i < to.length; i++) {
      if (to[i] != null) {
        host.write(from[i], 0, to[i]);
      }
    }
  }

  boolean has(int input) {
    return given[input];
  }

  /** Index among the outputs of a state with an index among the inputs. */
  static int state(int input) {
    return CachedRecurrenceSizes.FIRST_STATE + input - CachedRecurrenceSizes.POSITION;
  }

  boolean valid(int example, int step) {
    return !given[CachedRecurrenceSizes.MASK]
        || in[CachedRecurrenceSizes.MASK][example * sizes.steps() + step] != 0;
  }

  /** Place of a token and head in arrays [B,T,H]. */
  int token(int example, int step, int head) {
    return (example * sizes.steps() + step) * sizes.heads() + head;
  }

  /** Place of a state's head in arrays [B,H]. */
  int head(int example, int head) {
    return example * sizes.heads() + head;
  }

  /** Place of a cached memory in the arrays [B,n,H] given to a pass, or left by it. */
  int slot(boolean after, int example, int index, int head) {
    int slots = after ? sizes.slotsAfter() : sizes.slots();
    return (example * slots + index) * sizes.heads() + head;
  }
}
