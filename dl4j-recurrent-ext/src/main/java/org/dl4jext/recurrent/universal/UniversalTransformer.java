package org.dl4jext.recurrent.universal;

import org.dl4jext.samediff.universal.UniversalSpec;

/**
 * A Universal Transformer: one block of attention and transition that is applied again and again to
 * all positions, each of which may halt by itself.
 *
 * <pre>
 *   s = state + position signal + step signal;  p = sigmoid(s Wp + bp)
 *   pre-norm:  z = s + A(LN(s)),   state = z + F(LN(z));   y = LN(out)
 *   post-norm: z = LN(s + A(s)),   state = LN(z + F(z));   y = out
 *   out = sum over the steps of w state, w = p until the p sum to 1 - epsilon, then the remainder
 * </pre>
 *
 * <p>A is attention with heads, F(z) = relu(z W1 + b1) W2 + b2. {@link
 * org.dl4jext.samediff.universal.UniversalLayout} lists the parameters; where nIn is not nOut, a
 * projection comes first.
 *
 * <p>The ponder cost (steps plus remainder, the mean over each example's valid positions) times
 * {@code ponderWeight} is added to the score and to the gradients. Masked positions are not there:
 * they do not ponder, cannot be attended to, and output 0.
 *
 * <p>A layer sees the whole sequence and so cannot step, unless it is {@code causal}: then {@code
 * rnnTimeStep} keeps the keys and values of each step of the loop for at most {@code maxLength}
 * positions, and a longer stream is refused, or slides with {@code CacheLimit.SLIDE}. Each step
 * reads its caches, so it costs time in proportion to the positions that they hold.
 *
 * <p>Whatever the spec says, computation ends where all positions of some examples have halted.
 *
 * <p>Sources: Dehghani et al. 2018 (arXiv 1807.03819), equations 4 to 7; Graves 2016 (arXiv
 * 1603.08983) for halting. The switches of {@link UniversalSpec} tell papers and published code
 * apart.
 */
public class UniversalTransformer extends UniversalLayer {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected UniversalTransformer() {}

  protected UniversalTransformer(Builder builder) {
    super(builder);
  }

  @Override
  long memorySize(long nOut) {
    return 0;
  }

  /** Builds a {@link UniversalTransformer}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends UniversalLayer.Builder<Builder> {

    /** Whether positions see earlier ones only; not by default. */
    public Builder causal(boolean causal) {
      return with("causal", causal);
    }

    @Override
    public Builder spec(UniversalSpec spec) {
      return super.spec(spec);
    }

    @Override
    public UniversalTransformer build() {
      return new UniversalTransformer(this);
    }
  }
}
