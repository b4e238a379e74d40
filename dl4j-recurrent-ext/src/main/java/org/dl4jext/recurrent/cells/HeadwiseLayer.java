package org.dl4jext.recurrent.cells;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.cells.CellLayout;
import org.dl4jext.samediff.cells.CellSpec;
import org.dl4jext.samediff.cells.CellUnits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A layer around a head-wise cell: an input projection of all steps at once, then a recurrence
 * whose matrix is block-diagonal with one block for each head.
 *
 * <p>{@link CellLayout} says where each gate stands in the parameters W, RW and b.
 *
 * @param <S> the spec
 */
public abstract class HeadwiseLayer<S extends Record & Spec<S> & CellSpec>
    extends SequenceLayer<S> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected HeadwiseLayer() {}

  protected HeadwiseLayer(Builder<?, S> builder) {
    super(builder);
  }

  private CellLayout layout(long nIn, long nOut) {
    return new CellLayout(getSpec(), nIn, nOut);
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
  protected void checkSizes() {
    if (getNOut() % getSpec().heads() != 0) {
      throw invalid("nOut", getNOut(), "a multiple of heads (" + getSpec().heads() + ")");
    }
  }

  /**
   * Weights uniform within 1/sqrt(nOut), those of the recurrence within 1/sqrt(nOut/heads); biases
   * 0 except that of the forget gate.
   */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    double heads = getSpec().heads();
    switch (parameter.name()) {
      case "W" -> ParameterFill.uniform(view, 1 / Math.sqrt((double) getNOut()));
      case "RW" -> ParameterFill.uniform(view, Math.sqrt(heads / (double) getNOut()));
      default -> initializeBias(view);
    }
  }

  private void initializeBias(INDArray view) {
    view.assign(0);
    int forget = getSpec().kind().gateNames().indexOf("f");
    if (forget >= 0) {
      CellLayout layout = layout(getNIn(), getNOut());
      long first = (long) layout.place(forget) * getNOut();
      INDArray part = view.reshape(view.length()).get(NDArrayIndex.interval(first, first + nOut));
      for (int e = 0; e < nOut; e++) {
        int d = e % layout.headSize();
        part.putScalar(e, getSpec().forgetBias(d, layout.headSize()));
      }
    }
  }

  /** As DL4J's LSTM counts: nOut for each weight. */
  @Override
  protected double fanIn(TensorShape weight) {
    return getNOut();
  }

  /** As DL4J's LSTM counts: nIn + nOut for each weight. */
  @Override
  protected double fanOut(TensorShape weight) {
    return getNIn() + getNOut();
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return CellUnits.layer(layout(getNIn(), getNOut()), execution, dataType);
  }

  /**
   * What the builders share.
   *
   * @param <B> the concrete builder
   * @param <S> the spec
   */
  public abstract static class Builder<
          B extends Builder<B, S>, S extends Record & Spec<S> & CellSpec>
      extends SequenceLayer.Builder<B, S> {

    /** Number of heads; it has to divide nOut. One head is the classical cell. */
    public B heads(int heads) {
      return with("heads", heads);
    }
  }
}
