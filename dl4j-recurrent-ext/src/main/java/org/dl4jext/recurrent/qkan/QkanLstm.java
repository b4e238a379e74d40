package org.dl4jext.recurrent.qkan;

import java.util.List;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.qkan.QkanLstmLayout;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanUnits;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An LSTM whose gates are layers of single-qubit circuits instead of affine maps.
 *
 * <pre>
 *   v = [h, x];  f = s(Phi_f(v)), i = s(Phi_i(v)), g = tanh(Phi_g(v)), o = s(Phi_o(v))
 *   c = f c + i g;  h = o tanh(c)                                              s = sigmoid
 *   Phi_j(v) = sum over k of w_jk (phi_jk(v_k) + b_jk) + u_jk silu(v_k)
 * </pre>
 *
 * <p>phi is the activation of one circuit, simulated exactly ({@link
 * org.dl4jext.samediff.qkan.Qkan}). With latent sizes each gate is linear encoder, latent QKAN,
 * linear decoder (HQKAN-LSTM): far fewer circuits. At equal nOut a plain QKAN-LSTM has several
 * times the parameters of an LSTM. {@link QkanLstmLayout} lists the parameters.
 *
 * <p>Source: arXiv 2512.05049 at the level of its abstract; circuits and layers arXiv 2509.14026.
 * The order [h, x] and the encoder and decoder for each gate are choices made here.
 */
public class QkanLstm extends QkanLayer<QkanLstmSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected QkanLstm() {}

  protected QkanLstm(Builder builder) {
    super(builder);
  }

  private QkanLstmLayout layout(long nIn, long nOut) {
    return new QkanLstmLayout(getSpec(), nIn, nOut);
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
  public LayerUnit unit(Execution execution, DataType dataType) {
    return QkanUnits.lstm(layout(getNIn(), getNOut()), execution, dataType);
  }

  /** Builds a {@link QkanLstm}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends QkanLayer.Builder<Builder, QkanLstmSpec> {

    /** Makes an HQKAN-LSTM: the latent QKAN of each gate has these sizes. */
    public Builder latent(int latentIn, int latentOut) {
      with("latentIn", latentIn);
      return with("latentOut", latentOut);
    }

    /** One encoder and decoder for the four gates; needs latent sizes. */
    public Builder sharedCodec(boolean sharedCodec) {
      return with("sharedCodec", sharedCodec);
    }

    @Override
    public Builder spec(QkanLstmSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected QkanLstmSpec defaultSpec(long nIn, long nOut) {
      return QkanLstmSpec.standard();
    }

    @Override
    public QkanLstm build() {
      return new QkanLstm(this);
    }
  }
}
