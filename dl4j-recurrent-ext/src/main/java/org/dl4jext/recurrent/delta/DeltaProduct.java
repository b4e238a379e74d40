package org.dl4jext.recurrent.delta;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.delta.DeltaUnits;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of the delta family: a matrix-valued state per head that generalised Householder factors
 * erase and write along learned keys.
 *
 * <pre>
 *   S = exp(g_t) S                                          once for each step
 *   S = S + beta k (v - S' k)'                              n times for each step
 *   y_t = Wo' (RMSNorm(scale S' q_t) * SiLU(gate))
 * </pre>
 *
 * <p>DeltaNet, Gated DeltaNet, DeltaProduct and Gated DeltaProduct are values of {@link DeltaSpec}.
 * Use two signed householders to track permutations, one signed householder for parity, and the
 * forget gate where old content should fade.
 *
 * <p>Sources: Schlag et al. 2021 and Yang et al. 2024 (DeltaNet, Gated DeltaNet), Siems et al. 2025
 * (DeltaProduct), Grazzi et al. 2024 (negative eigenvalues).
 */
public class DeltaProduct extends SequenceLayer<DeltaSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected DeltaProduct() {}

  protected DeltaProduct(Builder builder) {
    super(builder);
    if (builder.heads != null && builder.hasSpec()) {
      throw invalid("heads", builder.heads, "not set beside a spec, which has heads of its own");
    }
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return new DeltaLayout(getSpec(), nIn, nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return new DeltaLayout(getSpec(), nIn, nOut).states();
  }

  /**
   * As in flash-linear-attention: projections uniform within 1/sqrt(fan-in), convolution within
   * 1/sqrt(width), A = log U(0,16), dt the inverse softplus of a log-uniform rate in [0.001,0.1].
   */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    switch (parameter.name()) {
      case "W", "Wo", "Wc" -> ParameterFill.uniform(view, 1 / Math.sqrt(fanIn(parameter)));
      case "bc" -> ParameterFill.uniform(view, 1 / Math.sqrt(getSpec().convolutionWidth()));
      case "A" -> ParameterFill.map(view, u -> Math.log(Math.max(16 * u, 1e-4)));
      case "dt" -> ParameterFill.map(view, DeltaProduct::inverseSoftplusOfRate);
      default -> view.assign(1);
    }
  }

  private static double inverseSoftplusOfRate(double u) {
    double low = Math.log(1e-3);
    double high = Math.log(0.1);
    double rate = Math.max(Math.exp(low + u * (high - low)), 1e-4);
    return rate + Math.log(-Math.expm1(-rate));
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return DeltaUnits.layer(new DeltaLayout(getSpec(), getNIn(), getNOut()), execution, dataType);
  }

  @Override
  protected double fanIn(TensorShape weight) {
    return weight.name().equals("Wc") ? getSpec().convolutionWidth() : super.fanIn(weight);
  }

  /** Builds a {@link DeltaProduct}; without a spec, {@code DeltaSpec.ofWidth(nOut, heads)}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, DeltaSpec> {

    private static final int DEFAULT_HEAD_SIZE = 32;

    private Integer heads;

    /** Number of heads of the default spec; it has to divide nOut. Not together with a spec. */
    public Builder heads(int heads) {
      this.heads = heads;
      return this;
    }

    /** Micro-steps for each token: the number of Householder factors of a transition. */
    public Builder householders(int householders) {
      return with("householders", householders);
    }

    /** UNIT: states can only be erased; SIGNED: also reflected, which state tracking needs. */
    public Builder eigenvalueRange(EigenvalueRange range) {
      return with("eigenvalueRange", range);
    }

    /** Whether states decay. */
    public Builder forgetGate(boolean forgetGate) {
      return with("forgetGate", forgetGate);
    }

    /** Whether the read is gated before the output projection. */
    public Builder outputGate(boolean outputGate) {
      return with("outputGate", outputGate);
    }

    /** Taps of the causal convolution of queries, keys and values; 0 for none. */
    public Builder convolutionWidth(int taps) {
      return with("convolutionWidth", taps);
    }

    @Override
    protected DeltaSpec defaultSpec(long nIn, long nOut) {
      int width = Math.toIntExact(nOut);
      return DeltaSpec.ofWidth(width, heads == null ? defaultHeads(width) : heads);
    }

    /** Heads of 32 where that divides the width, else one head. */
    private static int defaultHeads(int width) {
      return width % DEFAULT_HEAD_SIZE == 0 ? width / DEFAULT_HEAD_SIZE : 1;
    }

    @Override
    public DeltaProduct build() {
      return new DeltaProduct(this);
    }
  }
}
