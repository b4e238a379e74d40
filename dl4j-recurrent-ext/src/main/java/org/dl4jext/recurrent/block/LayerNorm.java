package org.dl4jext.recurrent.block;

import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.block.LayerNormSpec;

/**
 * Layer norm over the channels of each step: {@code y = g (x - mean(x)) / sqrt(var(x) + eps) + b},
 * with the biased variance.
 *
 * <p>nOut equals nIn; either may be left out. The gain g starts at 1 and the bias b at 0; neither
 * has weight decay.
 *
 * <p>Source: Ba, Kiros and Hinton 2016, "Layer normalization", equation 3, with epsilon inside the
 * root.
 */
public class LayerNorm extends NormLayer<LayerNormSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected LayerNorm() {}

  protected LayerNorm(Builder builder) {
    super(builder);
  }

  /** Builds a {@link LayerNorm}. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result
  public static class Builder extends SequenceLayer.Builder<Builder, LayerNormSpec> {

    /** Added to the variance inside the root. */
    public Builder eps(double eps) {
      return with("eps", eps);
    }

    /** Whether there is a learned gain for each channel. */
    public Builder gain(boolean gain) {
      return with("gain", gain);
    }

    /** Whether there is a learned bias for each channel. */
    public Builder bias(boolean bias) {
      return with("bias", bias);
    }

    @Override
    protected LayerNormSpec defaultSpec(long nIn, long nOut) {
      return LayerNormSpec.standard();
    }

    @Override
    public LayerNorm build() {
      return new LayerNorm(this);
    }
  }
}
