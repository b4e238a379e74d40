package org.dl4jext.recurrent.universal;

import org.dl4jext.samediff.universal.UniversalSpec;

/**
 * The decoder of a Universal Transformer: a {@link UniversalTransformer}, causal unless the spec
 * says otherwise, that attends to a memory between self-attention and transition.
 *
 * <pre>
 *   pre-norm: z = s + A(LN(s)),  u = z + M(LN(z), memory),  state = u + F(LN(u))
 * </pre>
 *
 * <p>The memory has nOut channels, any length and a mask of its own, and is the same at every step.
 * A layer has one input, so the decoder stands in a graph by its {@link
 * UniversalTransformerDecoderVertex}.
 *
 * <p>Source: Dehghani et al. 2018 (arXiv 1807.03819), section 2.
 */
public class UniversalTransformerDecoder extends UniversalLayer {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected UniversalTransformerDecoder() {}

  protected UniversalTransformerDecoder(Builder builder) {
    super(builder);
  }

  @Override
  long memorySize(long nOut) {
    return nOut;
  }

  /** Builds a {@link UniversalTransformerDecoder}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends UniversalLayer.Builder<Builder> {

    @Override
    public Builder spec(UniversalSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected UniversalSpec defaultSpec(long nIn, long nOut) {
      return super.defaultSpec(nIn, nOut).with("causal", true);
    }

    @Override
    public UniversalTransformerDecoder build() {
      return new UniversalTransformerDecoder(this);
    }
  }
}
