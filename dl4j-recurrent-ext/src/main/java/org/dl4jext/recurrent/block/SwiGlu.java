package org.dl4jext.recurrent.block;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.block.BlockUnits;
import org.dl4jext.samediff.block.SwiGluSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gated feed-forward layer, the same for each step: {@code y = (silu(x Wg) * (x Wu)) Wo}.
 *
 * <p>Wg and Wu are one parameter W [nIn,2F], the columns of Wg first; Wo is [F,nOut]. There are no
 * biases. Weights start uniform within 1/sqrt(fan-in). Use it after a recurrent layer, inside a
 * {@link PreNormResidual}.
 *
 * <p>Source: Shazeer 2020, "GLU variants improve transformer", equation 6.
 */
public class SwiGlu extends SequenceLayer<SwiGluSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected SwiGlu() {}

  protected SwiGlu(Builder builder) {
    super(builder);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return getSpec().parameters(nIn, nOut);
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return List.of();
  }

  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    ParameterFill.uniform(view, 1 / Math.sqrt(parameter.shape().get(0)));
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return BlockUnits.swiGlu(getSpec(), getNIn(), getNOut(), execution, dataType);
  }

  /** Builds a {@link SwiGlu}. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result
  public static class Builder extends SequenceLayer.Builder<Builder, SwiGluSpec> {

    /** F; 0 for 8/3 of nIn, rounded up to a multiple of {@link #multipleOf}. */
    public Builder hiddenSize(int hiddenSize) {
      return with("hiddenSize", hiddenSize);
    }

    /** What the default of the hidden size is a multiple of. */
    public Builder multipleOf(int multipleOf) {
      return with("multipleOf", multipleOf);
    }

    @Override
    protected SwiGluSpec defaultSpec(long nIn, long nOut) {
      return SwiGluSpec.standard();
    }

    @Override
    public SwiGlu build() {
      return new SwiGlu(this);
    }
  }
}
