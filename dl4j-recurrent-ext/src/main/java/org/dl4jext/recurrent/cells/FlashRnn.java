package org.dl4jext.recurrent.cells;

import org.dl4jext.samediff.cells.CellActivation;
import org.dl4jext.samediff.cells.ElmanSpec;

/**
 * The Elman network, fused: y = tanh(x W + y RW + b).
 *
 * <p>The baseline of the cells with gates. With several heads RW is block-diagonal.
 *
 * <p>Source: Elman 1990.
 */
public class FlashRnn extends HeadwiseLayer<ElmanSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected FlashRnn() {}

  protected FlashRnn(Builder builder) {
    super(builder);
  }

  /** Builds a {@link FlashRnn}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends HeadwiseLayer.Builder<Builder, ElmanSpec> {

    /** Activation of the whole sum; TANH by default. */
    public Builder cellActivation(CellActivation activation) {
      return with("activation", activation);
    }

    @Override
    public Builder spec(ElmanSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected ElmanSpec defaultSpec(long nIn, long nOut) {
      return ElmanSpec.classic();
    }

    @Override
    public FlashRnn build() {
      return new FlashRnn(this);
    }
  }
}
