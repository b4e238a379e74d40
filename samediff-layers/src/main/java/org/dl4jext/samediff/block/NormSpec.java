package org.dl4jext.samediff.block;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/** Options of a normalisation over the channels of one step. */
public sealed interface NormSpec permits RmsNormSpec, LayerNormSpec {

  /** Added to the mean square (or variance) inside the root. */
  double eps();

  /** Whether the result is multiplied by a learned gain for each channel. */
  boolean gain();

  /** Whether a learned bias for each channel is added. */
  boolean bias();

  /** Whether the mean is subtracted first. */
  boolean centred();

  /** The parameters for a number of channels, in order. */
  default List<TensorShape> parameters(long size) {
    List<TensorShape> all = new ArrayList<>();
    if (gain()) {
      all.add(TensorShape.bias("g", size));
    }
    if (bias()) {
      all.add(TensorShape.bias("b", size));
    }
    return List.copyOf(all);
  }
}
