package org.dl4jext.recurrent.cells;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.dl4jext.samediff.cells.ParaLayerUnit;
import org.dl4jext.samediff.cells.ParaLayout;
import org.dl4jext.samediff.cells.ParaSpec;
import org.dl4jext.samediff.cells.ParaUnits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer around a cell with diagonal recurrence: an input projection of all steps at once, then a
 * recurrence in which each element sees its own past alone.
 *
 * <p>{@link ParaLayout} says where each gate stands in the parameters W, A, b and C.
 *
 * @param <S> the spec
 */
public abstract class ParaLayer<S extends Record & Spec<S> & ParaSpec> extends SequenceLayer<S> {

  private static final long serialVersionUID = 1L;

  private static final double VARIANCE_DIVISOR = 5;
  private static final double GLOROT = 6;

  /** For JSON. */
  protected ParaLayer() {}

  protected ParaLayer(Builder<?, S> builder) {
    super(builder);
  }

  private ParaLayout layout(long nIn, long nOut) {
    return new ParaLayout(getSpec(), nIn, nOut);
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
    String multiple = "a multiple of heads (" + getSpec().heads() + ")";
    if (getNIn() % getSpec().heads() != 0) {
      throw invalid("nIn", getNIn(), multiple);
    }
    if (getNOut() % getSpec().heads() != 0) {
      throw invalid("nOut", getNOut(), multiple);
    }
  }

  /**
   * W uniform within sqrt(6 / (nIn/heads + nOut)); A and C normal with the standard deviation 2 /
   * sqrt(5 nOut), small enough for Newton iterations to converge; biases 0 except those of the
   * first gate, which spread from 0 to -1.
   */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    switch (parameter.name()) {
      case "W" -> ParameterFill.uniform(view, Math.sqrt(GLOROT / (fanIn(parameter) + getNOut())));
      case "b" -> initializeBias(view);
      default -> ParameterFill.normal(view, 2 / Math.sqrt(VARIANCE_DIVISOR * getNOut()));
    }
  }

  private void initializeBias(INDArray view) {
    view.assign(0);
    INDArray flat = view.reshape(view.length());
    for (long e = 1; e < getNOut(); e++) {
      flat.putScalar(e, -e / (getNOut() - 1.0));
    }
  }

  /** nIn/heads for W, 1 for the recurrent weights. */
  @Override
  protected double fanIn(TensorShape weight) {
    return weight.name().equals("W") ? getNIn() / (double) getSpec().heads() : 1;
  }

  /** nOut for W, 1 for the recurrent weights. */
  @Override
  protected double fanOut(TensorShape weight) {
    return weight.name().equals("W") ? getNOut() : 1;
  }

  @Override
  public ParaLayerUnit unit(Execution execution, DataType dataType) {
    return ParaUnits.layer(layout(getNIn(), getNOut()), execution, dataType);
  }

  /**
   * What the builders share.
   *
   * @param <B> the concrete builder
   * @param <S> the spec
   */
  public abstract static class Builder<
          B extends Builder<B, S>, S extends Record & Spec<S> & ParaSpec>
      extends SequenceLayer.Builder<B, S> {

    /** Number of blocks of the input matrix; it has to divide nIn and nOut. 1 by default. */
    public B heads(int heads) {
      return with("heads", heads);
    }

    /** SEQUENTIAL, the default, or NEWTON for devices with many units. */
    public B evaluation(ParaEvaluation evaluation) {
      return with("evaluation", evaluation);
    }

    /** Number of Newton iterations; 3 by default. */
    public B maxIterations(int maxIterations) {
      return with("maxIterations", maxIterations);
    }

    /**
     * Largest residual with which Newton iterations count as converged, else the sequential form
     * computes; 1e-5 by default.
     */
    public B tolerance(double tolerance) {
      return with("tolerance", tolerance);
    }
  }
}
