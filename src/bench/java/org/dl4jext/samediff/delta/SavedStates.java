package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a kept forward pass of the delta rule holds; in this package for the kernel's own count. */
public final class SavedStates {

  private SavedStates() {}

  /** Bytes of the states of one sequence that the host kernel saves for the backward pass. */
  public static long bytes(int tokens, int heads, int size, int householders) {
    DeltaRuleSpec spec = new DeltaRuleSpec(householders, 1, QueryKeyNorm.L2, 1e-6, 0);
    FloatDeltaRule rule = new FloatDeltaRule(spec, DataType.FLOAT, FloatBlocks.best());
    long steps = (long) tokens * householders;
    INDArray[] inputs = {
      Nd4j.randn(DataType.FLOAT, 1, tokens, heads, size),
      Nd4j.randn(DataType.FLOAT, 1, steps, heads, size),
      Nd4j.randn(DataType.FLOAT, 1, steps, heads, size),
      Nd4j.rand(DataType.FLOAT, 1, steps, heads),
      null,
      null
    };
    INDArray[] outputs = {Nd4j.create(DataType.FLOAT, 1, tokens, heads, size), null};
    rule.forward(inputs, outputs, true);
    return rule.savedStateBytes();
  }
}
