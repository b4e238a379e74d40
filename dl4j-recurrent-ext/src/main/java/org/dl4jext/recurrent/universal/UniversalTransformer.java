package org.dl4jext.recurrent.universal;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.Padding;
import org.dl4jext.samediff.universal.UniversalLayout;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.dl4jext.samediff.universal.UniversalUnits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 * copies its caches, so it costs time in proportion to {@code maxLength}.
 *
 * <p>Whatever the spec says, computation ends where all positions of some examples have halted.
 *
 * <p>Sources: Dehghani et al. 2018 (arXiv 1807.03819), equations 4 to 7; Graves 2016 (arXiv
 * 1603.08983) for halting. The switches of {@link UniversalSpec} tell papers and published code
 * apart.
 */
public class UniversalTransformer extends SequenceLayer<UniversalSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected UniversalTransformer() {}

  protected UniversalTransformer(Builder builder) {
    super(builder);
  }

  private UniversalLayout layout(long nIn, long nOut) {
    return new UniversalLayout(getSpec(), nIn, nOut);
  }

  /** Before nIn is known, with the projection, so that constraints may name it. */
  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return layout(getNIn() > 0 ? nIn : nOut + 1, nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return layout(nIn, nOut).states();
  }

  @Override
  protected void checkSizes() {
    if (getNOut() % getSpec().heads() != 0) {
      throw invalid("nOut", getNOut(), "a multiple of heads (" + getSpec().heads() + ")");
    }
    if (getSpec().padding() != Padding.ABSENT) {
      throw invalid("padding", getSpec().padding(), "ABSENT; padding is never seen in a layer");
    }
  }

  /** Only a causal layer can run step by step. */
  @Override
  public boolean canStep() {
    return getSpec().causal();
  }

  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    UniversalStart.fill(parameter, getSpec(), getNOut(), view);
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return UniversalUnits.layer(layout(getNIn(), getNOut()), execution, dataType);
  }

  @Override
  protected SequenceRuntime newRuntime(NeuralNetConfiguration conf, DataType dataType) {
    return new UniversalTransformerRuntime(conf, dataType);
  }

  /** What the steps keep: states, queries, keys, values and hidden values of each. */
  @Override
  protected long keptPerStep() {
    UniversalLayout layout = layout(Math.max(1, getNIn()), getNOut());
    return getNIn() + getSpec().maxSteps() * (7L * layout.width() + layout.innerSize());
  }

  /** Builds a {@link UniversalTransformer}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, UniversalSpec> {

    /** Attention heads; by default 4 where they divide nOut, else 2 or 1. */
    public Builder heads(int heads) {
      return with("heads", heads);
    }

    /** Hidden size of the transition; 4 nOut by default. */
    public Builder innerSize(int innerSize) {
      return with("innerSize", innerSize);
    }

    /** Most steps of the loop; 6 by default. */
    public Builder maxSteps(int maxSteps) {
      return with("maxSteps", maxSteps);
    }

    /** Who decides when to stop; each position for itself by default. */
    public Builder halting(HaltingScope halting) {
      return with("halting", halting);
    }

    /** Factor of the ponder cost in the loss; 0.01 by default. */
    public Builder ponderWeight(double ponderWeight) {
      return with("ponderWeight", ponderWeight);
    }

    /** Whether positions see earlier ones only; not by default. */
    public Builder causal(boolean causal) {
      return with("causal", causal);
    }

    /** Positions that the caches of a causal layer hold; 512 by default. */
    public Builder maxLength(int maxLength) {
      return with("maxLength", maxLength);
    }

    @Override
    public Builder spec(UniversalSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected UniversalSpec defaultSpec(long nIn, long nOut) {
      return UniversalSpec.ofHeads(nOut % 4 == 0 ? 4 : nOut % 2 == 0 ? 2 : 1);
    }

    @Override
    public UniversalTransformer build() {
      return new UniversalTransformer(this);
    }
  }
}
