package org.dl4jext.recurrent.block;

import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.block.RmsNormSpec;

/**
 * Root-mean-square norm over the channels of each step: {@code y = g x / sqrt(mean(x^2) + eps)}.
 *
 * <p>nOut equals nIn; either may be left out. The gain g starts at 1 and has no weight decay.
 *
 * <p>Source: Zhang and Sennrich 2019, "Root mean square layer normalization", equation 4, with
 * epsilon inside the root.
 */
public class RmsNorm extends NormLayer<RmsNormSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected RmsNorm() {}

  protected RmsNorm(Builder builder) {
    super(builder);
  }

  /** Builds an {@link RmsNorm}. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result
  public static class Builder extends SequenceLayer.Builder<Builder, RmsNormSpec> {

    /** Added to the mean square inside the root. */
    public Builder eps(double eps) {
      return with("eps", eps);
    }

    /** Whether there is a learned gain for each channel. */
    public Builder gain(boolean gain) {
      return with("gain", gain);
    }

    @Override
    protected RmsNormSpec defaultSpec(long nIn, long nOut) {
      return RmsNormSpec.standard();
    }

    @Override
    public RmsNorm build() {
      return new RmsNorm(this);
    }
  }
}
