package org.dl4jext.recurrent.plstm;

import java.util.List;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.plstm.PlstmLayout;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.dl4jext.samediff.plstm.PlstmUnits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parallelisable linear recurrence with source, transition, mark and direct gates (pLSTM) on
 * sequences.
 *
 * <pre>
 *   z = convolution(x);  S, M, D = sigmoid(W z + b);  T = tanh(5 (W z + b))
 *   Y_t = DK^-1/2 (q_t M_t C_(t-1) + D_t (q_t k_t) v_t)
 *   C_t = T_t C_(t-1) + S_t k_t v_t'
 *   y_t = W_out (norm(Y_t) g)
 * </pre>
 *
 * <p>Gates depend on the input and not on the state, so all steps can be computed at once. With
 * {@link Builder#stateTracking} transitions are matrices, products of two rotations and a diagonal
 * in (-1,1). {@link PlstmLayout} lists the parameters.
 *
 * <p>Source: arXiv 2506.11997.
 */
public class Plstm extends SequenceLayer<PlstmSpec> {

  private static final long serialVersionUID = 1L;

  private static final double GATE_BIAS = -5;

  /** For JSON. */
  protected Plstm() {}

  protected Plstm(Builder builder) {
    super(builder);
  }

  private PlstmLayout layout(long nIn, long nOut) {
    return new PlstmLayout(getSpec(), nIn, nOut);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return layout(nIn, nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return layout(nIn, nOut).states();
  }

  /** As the published layer: see the page on pLSTM. */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    PlstmInitialization.fill(parameter, view, GATE_BIAS, GATE_BIAS, fanIn(parameter));
  }

  @Override
  protected double fanIn(TensorShape weight) {
    return weight.shape().get(weight.shape().size() - 1);
  }

  @Override
  protected double fanOut(TensorShape weight) {
    return weight.length() / fanIn(weight);
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return PlstmUnits.layer(layout(getNIn(), getNOut()), execution, dataType);
  }

  /** Builds a {@link Plstm}; without a spec, heads of nOut / heads features. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, PlstmSpec> {

    /** Independent recurrences; 4 where that divides nOut, else 1. */
    public Builder heads(int heads) {
      return with("heads", heads);
    }

    /** Features of queries, keys and values of a head. */
    public Builder headSize(int size) {
      with("keySize", size);
      return with("valueSize", size);
    }

    /** Transition matrices of this size, and as many values and outputs of a head. */
    public Builder stateTracking(int size) {
      with("stateSize", size);
      with("values", size);
      return with("outputs", size);
    }

    /** Taps of the causal convolution; 0 for none. */
    public Builder convolution(int taps) {
      return with("convolution", taps);
    }

    /** Whether a trainable multiple of the convolved input is added; needs nIn = nOut. */
    public Builder passthrough(boolean passthrough) {
      return with("passthrough", passthrough);
    }

    @Override
    public Builder spec(PlstmSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected PlstmSpec defaultSpec(long nIn, long nOut) {
      int heads = nOut % 4 == 0 ? 4 : 1;
      return PlstmSpec.of(heads, Math.toIntExact(Math.max(1, nOut / heads)));
    }

    @Override
    public Plstm build() {
      return new Plstm(this);
    }
  }
}
