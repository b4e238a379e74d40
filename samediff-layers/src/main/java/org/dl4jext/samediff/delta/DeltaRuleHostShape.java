package org.dl4jext.samediff.delta;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sizes of one call of the delta rule, and the checks of its arguments. */
record DeltaRuleHostShape(
    int batch,
    int tokens,
    int householders,
    int heads,
    int valueHeads,
    int keySize,
    int valueSize,
    boolean gated) {

  static final List<String> INPUTS = List.of("q", "k", "v", "beta", "g", "S0");
  static final List<String> OUTPUTS = List.of("o", "S");
  static final int BETA = 3;
  static final int G = 4;
  static final int S0 = 5;

  /** Reads the sizes off the inputs. */
  static DeltaRuleHostShape of(DeltaRuleSpec spec, INDArray[] inputs) {
    if (inputs.length != INPUTS.size()) {
      throw new IllegalArgumentException(
          "delta rule: got " + inputs.length + " inputs; needed: " + INPUTS);
    }
    INDArray q = requireRank4("q", inputs[0]);
    INDArray v = requireRank4("v", inputs[2]);
    int valueHeads = Math.toIntExact(v.size(2));
    int heads = Math.toIntExact(q.size(2));
    if (valueHeads % heads != 0) {
      throw new IllegalArgumentException(
          "delta rule: v has "
              + valueHeads
              + " heads; allowed: a multiple of the "
              + heads
              + " heads of q");
    }
    return new DeltaRuleHostShape(
        Math.toIntExact(q.size(0)),
        Math.toIntExact(q.size(1)),
        spec.householders(),
        heads,
        valueHeads,
        Math.toIntExact(q.size(3)),
        Math.toIntExact(v.size(3)),
        inputs[G] != null);
  }

  private static INDArray requireRank4(String name, INDArray array) {
    if (array == null || array.rank() != 4 || array.length() == 0) {
      throw new IllegalArgumentException(
          "delta rule: "
              + name
              + " is "
              + (array == null ? "null" : Arrays.toString(array.shape()))
              + "; needed: a non-empty array with 4 axes");
    }
    return array;
  }

  /** Whether the buffers of one call serve the other. */
  boolean sameHeads(DeltaRuleHostShape other) {
    return heads == other.heads
        && valueHeads == other.valueHeads
        && keySize == other.keySize
        && valueSize == other.valueSize
        && gated == other.gated;
  }

  int stateLength() {
    return Math.toIntExact((long) batch * valueHeads * keySize * valueSize);
  }

  private long[] inputShape(int index) {
    long steps = (long) tokens * householders;
    return switch (index) {
      case 0 -> new long[] {batch, tokens, heads, keySize};
      case 1 -> new long[] {batch, steps, heads, keySize};
      case 2 -> new long[] {batch, steps, valueHeads, valueSize};
      case BETA -> new long[] {batch, steps, valueHeads};
      case G -> new long[] {batch, tokens, valueHeads};
      default -> new long[] {batch, valueHeads, keySize, valueSize};
    };
  }

  private long[] outputShape(int index) {
    return index == 0
        ? new long[] {batch, tokens, valueHeads, valueSize}
        : new long[] {batch, valueHeads, keySize, valueSize};
  }

  /**
   * Checks presence, shape and type of each array.
   *
   * @param required whether q, k and v must be given, and g exactly where the call has gates
   * @throws IllegalArgumentException naming the array that does not fit
   */
  void check(
      INDArray[] arrays,
      String what,
      List<String> names,
      Predicate<DataType> accepts,
      boolean required) {
    if (arrays.length != names.size()) {
      throw new IllegalArgumentException(
          "delta rule: got " + arrays.length + " arrays as " + what + "; needed: " + names);
    }
    for (int i = 0; i < arrays.length; i++) {
      boolean needed = required && (i < BETA || (i == G && gated));
      boolean unexpected = i == G && names.equals(INPUTS) && !gated;
      long[] shape = names.equals(INPUTS) ? inputShape(i) : outputShape(i);
      if (arrays[i] == null) {
        if (needed) {
          throw new IllegalArgumentException(
              "delta rule: " + what + " " + names.get(i) + " is null; needed: " + text(shape));
        }
      } else if (unexpected
          || !Arrays.equals(arrays[i].shape(), shape)
          || !accepts.test(arrays[i].dataType())) {
        throw new IllegalArgumentException(
            "delta rule: "
                + what
                + " "
                + names.get(i)
                + " is "
                + arrays[i].dataType()
                + text(arrays[i].shape())
                + "; needed: "
                + (unexpected ? "null without g" : text(shape)));
      }
    }
  }

  private static String text(long[] shape) {
    return Arrays.toString(shape);
  }
}
