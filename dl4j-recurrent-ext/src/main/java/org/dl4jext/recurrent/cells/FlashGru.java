package org.dl4jext.recurrent.cells;

import org.dl4jext.samediff.cells.GruSpec;

/**
 * The GRU, which DL4J lacks, fused.
 *
 * <pre>
 *   [r z n] = x W,  [g r' z'] = y RW
 *   r = s(r + r' + b), z = s(z + z' + b);   y = z y + (1 - z) tanh(n + b + r (g + b))
 * </pre>
 *
 * <p>The reset gate acts after the recurrent product, as in cuDNN and PyTorch, whose weights fit. b
 * has four parts, g, r, z and n. With several heads RW is block-diagonal. One third fewer weights
 * than an LSTM, and no separate cell state: take it where an LSTM of the same width overfits.
 *
 * <p>Source: Cho et al. 2014.
 */
public class FlashGru extends HeadwiseLayer<GruSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected FlashGru() {}

  protected FlashGru(Builder builder) {
    super(builder);
  }

  /** Builds a {@link FlashGru}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends HeadwiseLayer.Builder<Builder, GruSpec> {

    @Override
    public Builder spec(GruSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected GruSpec defaultSpec(long nIn, long nOut) {
      return GruSpec.classic();
    }

    @Override
    public FlashGru build() {
      return new FlashGru(this);
    }
  }
}
