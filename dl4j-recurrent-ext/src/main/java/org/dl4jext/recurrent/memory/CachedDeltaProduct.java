package org.dl4jext.recurrent.memory;

import java.util.List;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.memory.CachedDeltaSpec;
import org.dl4jext.samediff.memory.CachedDeltaUnit;
import org.dl4jext.samediff.memory.CachingSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link DeltaProduct} that was trained without caching and reads the states at the ends of its
 * segments too, for inference only: {@link PostTrainingMemoryCaching} makes it.
 *
 * <pre>
 *   o_t = g_online S_t' q_t + sum over i of g_i S_i' q_t,   g = softmax(routerScale q_t . pool)
 * </pre>
 *
 * <p>Parameters are those of {@link DeltaProduct}, states those of {@link MemoryCaching}. Training
 * ends with an exception.
 */
public class CachedDeltaProduct extends SequenceLayer<CachedDeltaSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected CachedDeltaProduct() {}

  protected CachedDeltaProduct(Builder builder) {
    super(builder);
  }

  private DeltaLayout layout(long nIn, long nOut) {
    return new DeltaLayout(getSpec().delta(), nIn, nOut);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return layout(nIn, nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return CachedDeltaUnit.states(getSpec(), layout(nIn, nOut));
  }

  /** As {@link DeltaProduct} starts, until trained parameters take the place. */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    new DeltaProduct.Builder()
        .nIn(getNIn())
        .nOut(getNOut())
        .spec(getSpec().delta())
        .build()
        .initializeParameter(parameter, view);
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return new CachedDeltaUnit(getSpec(), getNIn(), getNOut(), execution, dataType);
  }

  /**
   * Builds a {@link CachedDeltaProduct}; without a spec, plain averages over segments of 64 steps.
   */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, CachedDeltaSpec> {

    private static final int DEFAULT_SEGMENT = 64;

    @Override
    protected CachedDeltaSpec defaultSpec(long nIn, long nOut) {
      DeltaSpec delta = DeltaSpec.ofWidth(Math.toIntExact(nOut), 1);
      return new CachedDeltaSpec(delta, CachingSpec.ofSegments(DEFAULT_SEGMENT), 0);
    }

    @Override
    public CachedDeltaProduct build() {
      return new CachedDeltaProduct(this);
    }
  }
}
