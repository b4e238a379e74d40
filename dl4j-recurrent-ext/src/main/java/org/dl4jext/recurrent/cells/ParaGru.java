package org.dl4jext.recurrent.cells;

import org.dl4jext.samediff.cells.ParaGruSpec;

/**
 * The GRU with a diagonal recurrence, whose steps can be solved in parallel.
 *
 * <pre>
 *   [z r c] = x W + b
 *   z = s(z + A_z h), r = s(r + A_r h);   h = (1 - z) h + z tanh(c + A_h h r)
 * </pre>
 *
 * <p>s is the sigmoid; A holds one weight for each element. Three weights an element in place of
 * three rows make the recurrence cheap and its Jacobian diagonal, so that Newton iterations can
 * compute all steps at once on a device with many units ({@code evaluation(NEWTON)}); on a CPU the
 * sequential form is faster and the default.
 *
 * <p>Source: Danieli et al. 2025, ParaRNN.
 */
public class ParaGru extends ParaLayer<ParaGruSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected ParaGru() {}

  protected ParaGru(Builder builder) {
    super(builder);
  }

  /** Builds a {@link ParaGru}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends ParaLayer.Builder<Builder, ParaGruSpec> {

    @Override
    public Builder spec(ParaGruSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected ParaGruSpec defaultSpec(long nIn, long nOut) {
      return ParaGruSpec.ofHeads(1);
    }

    @Override
    public ParaGru build() {
      return new ParaGru(this);
    }
  }
}
