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

/** What encoder and decoder of a Universal Transformer share. */
public abstract class UniversalLayer extends SequenceLayer<UniversalSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected UniversalLayer() {}

  protected UniversalLayer(Builder<?> builder) {
    super(builder);
  }

  /** Channels of the memory for a width; 0 for none. */
  abstract long memorySize(long nOut);

  final UniversalLayout layout(long nIn, long nOut) {
    return new UniversalLayout(getSpec(), nIn, nOut, memorySize(nOut));
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

  /**
   * What the builders share.
   *
   * @param <B> the concrete builder
   */
  public abstract static class Builder<B extends Builder<B>>
      extends SequenceLayer.Builder<B, UniversalSpec> {

    /** Attention heads; by default 4 where they divide nOut, else 2 or 1. */
    public B heads(int heads) {
      return with("heads", heads);
    }

    /** Hidden size of the transition; 4 nOut by default. */
    public B innerSize(int innerSize) {
      return with("innerSize", innerSize);
    }

    /** Most steps of the loop; 6 by default. */
    public B maxSteps(int maxSteps) {
      return with("maxSteps", maxSteps);
    }

    /** Who decides when to stop; each position for itself by default. */
    public B halting(HaltingScope halting) {
      return with("halting", halting);
    }

    /** Factor of the ponder cost in the loss; 0.01 by default. */
    public B ponderWeight(double ponderWeight) {
      return with("ponderWeight", ponderWeight);
    }

    /** Positions that the caches of a causal layer hold; 512 by default. */
    public B maxLength(int maxLength) {
      return with("maxLength", maxLength);
    }

    @Override
    protected UniversalSpec defaultSpec(long nIn, long nOut) {
      return UniversalSpec.ofHeads(nOut % 4 == 0 ? 4 : nOut % 2 == 0 ? 2 : 1);
    }
  }
}
