package org.dl4jext.recurrent.cells;

import org.dl4jext.samediff.cells.ParaLstmSpec;

/**
 * The LSTM with a diagonal recurrence, whose steps can be solved in parallel.
 *
 * <pre>
 *   [f o z] = x W + b
 *   f = s(f + A_f h + C_f c);   c = f c + (1 - f) tanh(z + A_c h)
 *   o = s(o + A_o h + C_o c);   h = o tanh(c)                          o sees the new c
 * </pre>
 *
 * <p>s is the sigmoid; A and the peepholes C hold one weight for each element. Input and forget
 * gates are coupled. The Jacobian of a step is a block of 2 by 2 for each element, so that Newton
 * iterations can compute all steps at once on a device with many units ({@code
 * evaluation(NEWTON)}); on a CPU the sequential form is faster and the default.
 *
 * <p>Source: Danieli et al. 2025, ParaRNN.
 */
public class ParaLstm extends ParaLayer<ParaLstmSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected ParaLstm() {}

  protected ParaLstm(Builder builder) {
    super(builder);
  }

  /** Builds a {@link ParaLstm}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends ParaLayer.Builder<Builder, ParaLstmSpec> {

    @Override
    public Builder spec(ParaLstmSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected ParaLstmSpec defaultSpec(long nIn, long nOut) {
      return ParaLstmSpec.ofHeads(1);
    }

    @Override
    public ParaLstm build() {
      return new ParaLstm(this);
    }
  }
}
