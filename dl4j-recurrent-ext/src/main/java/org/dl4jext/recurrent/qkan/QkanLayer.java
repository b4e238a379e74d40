package org.dl4jext.recurrent.qkan;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of single-qubit circuits, one on every edge.
 *
 * @param <S> the spec
 */
public abstract class QkanLayer<S extends Record & Spec<S>> extends SequenceLayer<S> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected QkanLayer() {}

  protected QkanLayer(Builder<?, S> builder) {
    super(builder);
  }

  /**
   * Angles normal with the deviation of Xavier over [O,I,L,k], where fan-in is I L k and fan-out O
   * L k; weights of pre- and postactivation 1, their biases 0, base weights 0.5, as the reference
   * layer starts; matrices of a codec uniform within 1/sqrt(fan-in), their biases 0.
   */
  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    switch (parameter.name()) {
      case "theta" ->
          ParameterFill.normal(view, Math.sqrt(2 / (fanIn(parameter) + fanOut(parameter))));
      case "preactWeight", "postactWeight" -> view.assign(1);
      case "baseWeight" -> view.assign(0.5);
      case "encW", "decW" -> ParameterFill.uniform(view, 1 / Math.sqrt(fanIn(parameter)));
      default -> view.assign(0);
    }
  }

  /** Inputs of an output: the axis after that of the outputs times what comes after it. */
  @Override
  protected double fanIn(TensorShape weight) {
    List<Long> shape = weight.shape();
    return product(shape, outputAxis(weight) + 1);
  }

  /** Outputs of an input. */
  @Override
  protected double fanOut(TensorShape weight) {
    List<Long> shape = weight.shape();
    int outputs = outputAxis(weight);
    return shape.get(outputs) * product(shape, outputs + 2);
  }

  /** Gates come first, so outputs are found from the end. */
  private static int outputAxis(TensorShape weight) {
    int after =
        switch (weight.name()) {
          case "theta" -> 4;
          case "preactWeight" -> 3;
          default -> 2;
        };
    return Math.max(0, weight.shape().size() - after);
  }

  private static double product(List<Long> shape, int from) {
    return shape.stream().skip(from).mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
  }

  /**
   * What the builders share.
   *
   * @param <B> the concrete builder
   * @param <S> the spec
   */
  public abstract static class Builder<B extends Builder<B, S>, S extends Record & Spec<S>>
      extends SequenceLayer.Builder<B, S> {

    /** How often a circuit encodes its input; 3 by default. */
    public B reps(int reps) {
      return with("reps", reps);
    }

    /** The circuit; PZ by default. */
    public B ansatz(QkanAnsatz ansatz) {
      return with("ansatz", ansatz);
    }

    /** What is read from a circuit; EXPECTATION by default. */
    public B measure(QkanMeasure measure) {
      return with("measure", measure);
    }
  }
}
