package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.ArrayCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sizes of one call of the delta rule, and the order of its arrays.
 *
 * <p>Inputs: q [B,T,H,K], k [B,T*n,H,K], v [B,T*n,HV,V], beta [B,T*n,HV], g [B,T,HV] or null, S0
 * [B,HV,K,V] or null. Outputs: o [B,T,HV,V], the last state [B,HV,K,V]. Value head j reads q and k
 * of head j / (HV/H).
 */
record DeltaRuleSizes(
    int batch,
    int tokens,
    int householders,
    int heads,
    int valueHeads,
    int keySize,
    int valueSize) {

  static final int INPUTS = 6;
  static final int OUTPUTS = 2;
  static final int Q = 0;
  static final int K = 1;
  static final int V = 2;
  static final int BETA = 3;
  static final int G = 4;
  static final int STATE = 5;

  private static final String UNIT = "delta rule";
  private static final String[] INPUT_NAMES = {"q", "k", "v", "beta", "g", "S0"};

  /** Checks the inputs against each other. */
  static DeltaRuleSizes of(DeltaRuleSpec spec, DataType type, INDArray[] inputs) {
    ArrayCheck.requireCount(UNIT, "inputs", inputs, INPUTS);
    ArrayCheck.requireRank(UNIT, "q", inputs[Q], type, 4);
    ArrayCheck.requireRank(UNIT, "v", inputs[V], type, 4);
    long[] q = inputs[Q].shape();
    long[] v = inputs[V].shape();
    if (v[2] % q[2] != 0) {
      throw new IllegalArgumentException(
          UNIT + ": v has " + v[2] + " heads; allowed: a multiple of the " + q[2] + " heads of q");
    }
    DeltaRuleSizes sizes =
        new DeltaRuleSizes(
            Math.toIntExact(q[0]),
            Math.toIntExact(q[1]),
            spec.householders(),
            Math.toIntExact(q[2]),
            Math.toIntExact(v[2]),
            Math.toIntExact(q[3]),
            Math.toIntExact(v[3]));
    for (int i = 0; i < INPUTS; i++) {
      if (i < G || inputs[i] != null) {
        ArrayCheck.requireShape(UNIT, INPUT_NAMES[i], inputs[i], type, sizes.inputShape(i));
      }
    }
    return sizes;
  }

  /** Number of value heads that read one key head. */
  int group() {
    return valueHeads / heads;
  }

  /** T*n, rows of k, v and beta. */
  int rows() {
    return tokens * householders;
  }

  long[] inputShape(int index) {
    return switch (index) {
      case Q -> new long[] {batch, tokens, heads, keySize};
      case K -> new long[] {batch, rows(), heads, keySize};
      case V -> new long[] {batch, rows(), valueHeads, valueSize};
      case BETA -> new long[] {batch, rows(), valueHeads};
      case G -> new long[] {batch, tokens, valueHeads};
      case STATE -> new long[] {batch, valueHeads, keySize, valueSize};
      default -> throw new IllegalArgumentException(UNIT + ": no input " + index);
    };
  }

  long[] outputShape(int index) {
    return index == 0 ? new long[] {batch, tokens, valueHeads, valueSize} : inputShape(STATE);
  }

  /** Checks outputs or their gradients; entries may be null. */
  void requireOutputs(String what, DataType type, INDArray[] outputs) {
    ArrayCheck.requireCount(UNIT, what, outputs, OUTPUTS);
    for (int i = 0; i < OUTPUTS; i++) {
      ArrayCheck.requireShapeOrNull(UNIT, what + "[" + i + "]", outputs[i], type, outputShape(i));
    }
  }

  /** Checks the arrays that take the input gradients; entries may be null. */
  void requireInputGradients(DataType type, INDArray[] gradients) {
    ArrayCheck.requireCount(UNIT, "input gradients", gradients, INPUTS);
    for (int i = 0; i < INPUTS; i++) {
      String name = "gradient of " + INPUT_NAMES[i];
      ArrayCheck.requireShapeOrNull(UNIT, name, gradients[i], type, inputShape(i));
    }
  }
}
