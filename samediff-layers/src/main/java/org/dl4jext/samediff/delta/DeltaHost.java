package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.kernel.DoubleBlocks;
import org.dl4jext.samediff.kernel.DoubleHostArrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of the delta family that compute on Java arrays. */
public final class DeltaHost {

  /** Micro-steps of a chunk for small heads and for large ones. */
  private static final int SMALL_CHUNK = 16;

  private static final int LARGE_CHUNK = 32;

  /** One state is saved for each chunk: at most an eighth of saving one for each token. */
  private static final int LEAST_TOKENS = 8;

  /** Largest key and value size of a small head. */
  private static final int SMALL_HEAD = 32;

  private DeltaHost() {}

  /** The recurrence alone, for arrays of type FLOAT, DOUBLE or HALF (computed in float). */
  static DifferentiableUnit rule(DeltaRuleSpec spec, DataType type) {
    if (DoubleHostArrays.accepts(type)) {
      return new DoubleDeltaRule(spec, type, DoubleBlocks.best());
    }
    if (FloatHostArrays.accepts(type)) {
      return new FloatDeltaRule(spec, type, FloatBlocks.best());
    }
    throw unsupported("delta rule", type);
  }

  /** The whole layer. */
  static LayerUnit layer(DeltaLayout layout, DataType type) {
    if (DoubleHostArrays.accepts(type)) {
      return new DoubleDeltaLayer(layout, type, DoubleBlocks.best());
    }
    if (FloatHostArrays.accepts(type)) {
      return new FloatDeltaLayer(layout, type, FloatBlocks.best());
    }
    throw unsupported("delta layer", type);
  }

  private static IllegalArgumentException unsupported(String what, DataType type) {
    return new IllegalArgumentException(
        what + ": data type is " + type + "; allowed: FLOAT, DOUBLE, HALF");
  }

  /** Tokens of a chunk where the options leave the choice to the kernel. */
  public static int chunkTokens(int keySize, int valueSize, int householders) {
    int steps = Math.max(keySize, valueSize) <= SMALL_HEAD ? SMALL_CHUNK : LARGE_CHUNK;
    return Math.max(LEAST_TOKENS, steps / householders);
  }
}
