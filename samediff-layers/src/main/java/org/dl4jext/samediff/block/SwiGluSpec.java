package org.dl4jext.samediff.block;

import java.util.List;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;
import org.dl4jext.samediff.TensorShape;

/**
 * Options of the gated feed-forward block {@code y = (silu(x Wg) * (x Wu)) Wo}.
 *
 * @param hiddenSize F, columns of Wg and Wu; 0 for 8/3 of the input size, rounded up to a multiple
 *     of {@code multipleOf}
 * @param multipleOf see {@code hiddenSize}
 */
public record SwiGluSpec(int hiddenSize, int multipleOf) implements Spec<SwiGluSpec> {

  private static final int MAX_SIZE = 1 << 20;

  public SwiGluSpec {
    SpecOption.requireIn("SwiGluSpec", "hiddenSize", hiddenSize, 0, MAX_SIZE);
    SpecOption.requireIn("SwiGluSpec", "multipleOf", multipleOf, 1, MAX_SIZE);
  }

  /** 8/3 of the input size, rounded up to a multiple of 256 (the size of most language models). */
  public static SwiGluSpec standard() {
    return new SwiGluSpec(0, 256);
  }

  /** A hidden size. */
  public static SwiGluSpec ofHidden(int hiddenSize) {
    SpecOption.requireIn("SwiGluSpec", "hiddenSize", hiddenSize, 1, MAX_SIZE);
    return new SwiGluSpec(hiddenSize, 256);
  }

  public SwiGluSpec withHiddenSize(int hiddenSize) {
    return with("hiddenSize", hiddenSize);
  }

  public SwiGluSpec withMultipleOf(int multipleOf) {
    return with("multipleOf", multipleOf);
  }

  /** F for an input size. */
  public long hiddenSize(long inputSize) {
    if (hiddenSize > 0) {
      return hiddenSize;
    }
    long wanted = inputSize * 8 / 3;
    return Math.max(1, (wanted + multipleOf - 1) / multipleOf) * multipleOf;
  }

  /** The parameters, in order: W [nIn,2F], the columns of Wg before those of Wu; Wo [F,nOut]. */
  public List<TensorShape> parameters(long inputSize, long outputSize) {
    long hidden = hiddenSize(inputSize);
    return List.of(
        TensorShape.weight("W", inputSize, 2 * hidden),
        TensorShape.weight("Wo", hidden, outputSize));
  }
}
