package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.TensorShape;

/** What the layouts of whole layers share: sizes, their checks, and the parameters after a read. */
abstract sealed class PlstmLayerLayout permits PlstmLayout, PlstmGridLayout {

  final int inputSize;
  final int outputSize;
  private final int heads;
  private final PlstmHead head;

  /** Checks sizes against the slices of an input. */
  PlstmLayerLayout(
      String layer,
      long inputSize,
      long outputSize,
      int heads,
      PlstmHead head,
      int subHeadsQkv,
      int subHeadsStm) {
    if (inputSize < 1 || outputSize < 1) {
      throw new IllegalArgumentException(
          layer + ": nIn and nOut are " + inputSize + " and " + outputSize + "; allowed: positive");
    }
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
    this.heads = heads;
    this.head = head;
    requireSlices(layer, "subHeadsQkv", subHeadsQkv);
    requireSlices(layer, "subHeadsStm", subHeadsStm);
  }

  private void requireSlices(String layer, String option, int slices) {
    if (inputSize % slices != 0) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + option
              + " is "
              + slices
              + "; allowed: a divisor of nIn ("
              + inputSize
              + ")");
    }
  }

  public final int inputSize() {
    return inputSize;
  }

  public final int outputSize() {
    return outputSize;
  }

  /** Factor on the reads. */
  final double scale() {
    return 1 / Math.sqrt(head.keySize());
  }

  /** Gains of the norm of each head. */
  final TensorShape normGain() {
    return TensorShape.bias("normG", heads, head.outputLength());
  }

  /** The last projection. */
  final TensorShape outputWeight() {
    return TensorShape.weight("outW", outputSize, (long) heads * head.outputLength());
  }
}
