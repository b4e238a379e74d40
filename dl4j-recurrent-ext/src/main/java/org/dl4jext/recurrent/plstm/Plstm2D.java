package org.dl4jext.recurrent.plstm;

import java.util.List;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.plstm.PlstmChirality;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.samediff.plstm.PlstmGridLayout;
import org.dl4jext.samediff.plstm.PlstmGridSpec;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.dl4jext.samediff.plstm.PlstmUnits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * pLSTM on images: a linear recurrence with source, transition, mark and direct gates in each of
 * four orientations.
 *
 * <pre>
 *   l, u: states from the left and from above, in the order of the orientation
 *   Y += DK^-1/2 q (M_l l + M_u u);  right = T_rl l + T_ru u + S_r k v';  down = T_du u + T_dl l + S_d k v'
 *   Y += DK^-1/2 q D k v;  y = W_out (norm(Y) g)
 * </pre>
 *
 * <p>P-mode (propagation) splits what enters a cell with a trainable share, so a signal travels far
 * in one direction; D-mode (diffusion) leaves one path between any two edges. {@link
 * PlstmGridLayout} lists the parameters. The first axis of the recurrence is the height.
 *
 * <p>Source: arXiv 2506.11997, the fused layer of its vision model.
 */
public class Plstm2D extends GridLayer<PlstmGridSpec> {

  private static final long serialVersionUID = 1L;

  /** Biases of source and mark, and of the direct gate. */
  static final double GATE_BIAS = -4;

  static final double DIRECT_BIAS = -6;

  /** For JSON. */
  protected Plstm2D() {}

  protected Plstm2D(Builder builder) {
    super(builder);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return new PlstmGridLayout(getSpec(), nIn, nOut).parameters();
  }

  /** As the published layer: see the page on pLSTM. */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    PlstmInitialization.fill(parameter, view, GATE_BIAS, DIRECT_BIAS, fanIn(parameter));
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return PlstmUnits.gridLayer(
        new PlstmGridLayout(getSpec(), getNIn(), getNOut()), execution, dataType);
  }

  /** Builds a {@link Plstm2D}; without a spec, P-mode with heads of nOut / heads features. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends GridLayer.Builder<Builder, PlstmGridSpec> {

    /** P or D. */
    public Builder mode(PlstmMode mode) {
      return with("mode", mode);
    }

    /** How paths of the D-mode turn; LEFT by default. */
    public Builder chirality(PlstmChirality chirality) {
      return with("chirality", chirality);
    }

    /** Independent recurrences; 4 where that divides nOut, else 1. */
    public Builder heads(int heads) {
      return with("heads", heads);
    }

    /** Features of queries, keys and values of a head. */
    public Builder headSize(int size) {
      with("keySize", size);
      return with("valueSize", size);
    }

    /** Which gates depend on the input; ALL by default. */
    public Builder gateWeights(PlstmGateWeights weights) {
      return with("gateWeights", weights);
    }

    @Override
    public Builder spec(PlstmGridSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected PlstmGridSpec defaultSpec(long nIn, long nOut) {
      int heads = nOut % 4 == 0 ? 4 : 1;
      return PlstmGridSpec.of(PlstmMode.P, heads, Math.toIntExact(Math.max(1, nOut / heads)));
    }

    @Override
    public Plstm2D build() {
      return new Plstm2D(this);
    }
  }
}
