package org.dl4jext.recurrent.cells;

import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.cells.SlstmSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The stabilised sLSTM: an LSTM with exponential input gate and a normaliser.
 *
 * <pre>
 *   [i f z o] = x W + y RW + b;   l = log s(f) + m;   m' = max(i, l), or i at the start
 *   c = exp(l - m') c + exp(i - m') tanh(z)
 *   n = max(exp(l - m') n + exp(i - m'), 1);          y = s(o) c / n
 * </pre>
 *
 * <p>The input gate can revise what is stored by any factor; the stabiliser m keeps the
 * exponentials in range without changing y. State tracking (parity) is within its reach. This is
 * the cell alone: the short convolution and the head-wise norm of the published block are layers of
 * their own. RW starts at 0 and the forget gate's biases spread over a head.
 *
 * <p>Source: Beck et al. 2024, xLSTM, section 2.2 and appendix A.
 */
public class SLstm extends HeadwiseLayer<SlstmSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected SLstm() {}

  protected SLstm(Builder builder) {
    super(builder);
  }

  /** W uniform within 1/sqrt(nIn), RW 0, biases 0 except that of the forget gate. */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    switch (parameter.name()) {
      case "W" -> ParameterFill.uniform(view, 1 / Math.sqrt((double) getNIn()));
      case "RW" -> view.assign(0);
      default -> super.initializeParameter(parameter, view);
    }
  }

  /** Builds a {@link SLstm}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends HeadwiseLayer.Builder<Builder, SlstmSpec> {

    /** Place of the layer in its network, from 0 (first) to 1 (last); 0 by default. */
    public Builder depth(double depth) {
      return with("depth", depth);
    }

    @Override
    public Builder spec(SlstmSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected SlstmSpec defaultSpec(long nIn, long nOut) {
      return SlstmSpec.ofHeads(1);
    }

    @Override
    public SLstm build() {
      return new SLstm(this);
    }
  }
}
