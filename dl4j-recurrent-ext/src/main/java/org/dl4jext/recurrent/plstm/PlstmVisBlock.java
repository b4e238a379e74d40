package org.dl4jext.recurrent.plstm;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.dl4jext.samediff.plstm.PlstmVisUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block of the vision model pLSTM-Vis: a {@link Plstm2D} in P-mode and one in D-mode, each
 * followed by a feed-forward part, all four with an RMS norm before and a residual path around.
 *
 * <pre>
 *   x += P(norm(x));  x += mlp(norm(x));  x += D(norm(x));  x += mlp(norm(x))
 *   mlp(x) = gelu(x W + b) Wo + bo
 * </pre>
 *
 * <p>nIn and nOut are one number. Parameters have the prefixes {@code p.}, {@code pMlp.}, {@code
 * d.}, {@code dMlp.}, and after them "n" for the norm and "i" for the rest.
 *
 * <p>Source: arXiv 2506.11997; GELU by its form with tanh.
 */
public class PlstmVisBlock extends GridLayer<PlstmVisSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected PlstmVisBlock() {}

  protected PlstmVisBlock(Builder builder) {
    super(builder);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return getSpec().parameters(nOut);
  }

  @Override
  protected boolean keepsSize() {
    return true;
  }

  /** As the published block: see the page on pLSTM. */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    String name = parameter.name().substring(parameter.name().indexOf('.') + 1);
    String inner = name.substring(1);
    TensorShape shape = new TensorShape(inner, parameter.role(), parameter.shape());
    if (name.startsWith("n")) {
      view.assign(1);
    } else if (parameter.name().contains("Mlp.")) {
      if (inner.startsWith("W")) {
        ParameterFill.normal(view, Math.sqrt(2 / (5.0 * parameter.shape().get(0))));
      } else {
        view.assign(0);
      }
    } else {
      PlstmInitialization.fill(
          shape, view, Plstm2D.GATE_BIAS, Plstm2D.DIRECT_BIAS, fanIn(parameter));
    }
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return new PlstmVisUnit(getSpec(), getNOut(), execution, dataType);
  }

  /** Builds a {@link PlstmVisBlock}; without a spec, four heads where that divides nOut. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends GridLayer.Builder<Builder, PlstmVisSpec> {

    @Override
    public Builder spec(PlstmVisSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected PlstmVisSpec defaultSpec(long nIn, long nOut) {
      long size = Math.max(nIn, nOut);
      if (size == 0) {
        throw new IllegalArgumentException("nOut is not set; allowed: nOut, or a spec");
      }
      int heads = size % 4 == 0 ? 4 : 1;
      return PlstmVisSpec.of(heads, Math.toIntExact(size / heads));
    }

    @Override
    public PlstmVisBlock build() {
      return new PlstmVisBlock(this);
    }
  }
}
