package org.dl4jext.recurrent.memory;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.MemoryCachingLayer;
import org.dl4jext.samediff.memory.MemoryCachingLayout;
import org.dl4jext.samediff.memory.MemoryCachingSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A recurrent layer with growing memory: the state at the end of each segment is cached, and a
 * query reads all of them.
 *
 * <pre>
 *   M   = write(M, k_t, v_t)                         cached as M_i at the end of segment i
 *   o_t = g_online M q_t + sum over i of g_i M_i q_t,      g = softmax of router scores
 *   y_t = Wo' RMSNorm(o_t)
 * </pre>
 *
 * <p>{@link MemoryCachingSpec} chooses the base memory, the variant and the segments. Cost of a
 * sequence of T steps in N segments: time T N, cached states N. Short segments come close to
 * attention, one segment is the base memory.
 *
 * <p>Streaming carries the cached memories, which grow without limit unless {@code
 * maxCachedSegments} is set. Segments are counted by absolute position: a masked step moves on in
 * its segment, although it writes nothing. With logarithmic segments the layer cannot step.
 *
 * <p>Source: Behrouz et al. 2026, Memory Caching: RNNs with growing memory.
 */
public class MemoryCaching extends SequenceLayer<MemoryCachingSpec> {

  private static final long serialVersionUID = 1L;

  /** Where alpha and g start, as the logit of a decay of 0.98. */
  private static final double SLOW_DECAY = 4;

  /** Where eta starts: small steps keep deep memories finite. */
  private static final double SMALL_STEP = -3;

  /** For JSON. */
  protected MemoryCaching() {}

  protected MemoryCaching(Builder builder) {
    super(builder);
  }

  private MemoryCachingLayout layout(long nIn, long nOut) {
    return new MemoryCachingLayout(getSpec(), nIn, nOut);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return layout(nIn, nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return layout(nIn, nOut).states();
  }

  @Override
  public boolean canStep() {
    return layout(1, 1).canStep();
  }

  /**
   * Projections and start weights uniform within 1/sqrt(fan-in), taps within 1/sqrt(width); decays
   * start at 0.98, steps of deep memories at 0.05, all other numbers of a token at 1/2.
   */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    switch (parameter.name()) {
      case "W", "Wo", "Wc", "W1", "W2" ->
          ParameterFill.uniform(view, 1 / Math.sqrt(fanIn(parameter)));
      case "bs" -> initializeNumbers(view);
      case "Sr" -> view.assign(getSpec().routerScale());
      default -> view.assign(1);
    }
  }

  private void initializeNumbers(INDArray view) {
    int heads = getSpec().heads();
    List<String> names = getSpec().memory().scalars();
    for (int i = 0; i < names.size() * heads; i++) {
      double start =
          switch (names.get(i / heads)) {
            case "g", "alpha" -> SLOW_DECAY;
            case "eta" -> SMALL_STEP;
            default -> 0;
          };
      view.putScalar(i, start);
    }
  }

  /** The last axis of start weights is what they sum over. */
  @Override
  protected double fanIn(TensorShape weight) {
    return switch (weight.name()) {
      case "W1", "W2" -> weight.shape().get(2);
      default -> super.fanIn(weight);
    };
  }

  @Override
  protected double fanOut(TensorShape weight) {
    return switch (weight.name()) {
      case "W1", "W2" -> weight.shape().get(1);
      default -> super.fanOut(weight);
    };
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return MemoryCachingLayer.unit(layout(getNIn(), getNOut()), execution, dataType);
  }

  /** Builds a {@link MemoryCaching}; without a spec, gated deltas in segments of 64 steps. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, MemoryCachingSpec> {

    private static final int DEFAULT_HEAD_SIZE = 32;
    private static final int DEFAULT_SEGMENT = 64;

    /** What is written and read. */
    public Builder memory(BaseMemory memory) {
      return with("memory", memory);
    }

    /** How states are cached: variant, segments, router, limit. */
    public Builder caching(CachingSpec caching) {
      return with("caching", caching);
    }

    /** Gated, sparse or other reads of segments of one length, with defaults for the rest. */
    public Builder caching(CachingVariant variant, int segmentLength) {
      return caching(CachingSpec.ofSegments(segmentLength).withVariant(variant));
    }

    @Override
    public Builder spec(MemoryCachingSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected MemoryCachingSpec defaultSpec(long nIn, long nOut) {
      int width = Math.toIntExact(nOut);
      int heads = width % DEFAULT_HEAD_SIZE == 0 ? width / DEFAULT_HEAD_SIZE : 1;
      CachingSpec caching = CachingSpec.ofSegments(DEFAULT_SEGMENT);
      return MemoryCachingSpec.of(BaseMemory.GATED_DELTA, caching, width, heads);
    }

    @Override
    public MemoryCaching build() {
      return new MemoryCaching(this);
    }
  }
}
