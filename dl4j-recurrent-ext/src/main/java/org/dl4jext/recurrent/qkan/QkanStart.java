package org.dl4jext.recurrent.qkan;

import java.util.List;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How the parameters of QKAN layers start. */
final class QkanStart {

  private QkanStart() {}

  /**
   * Angles normal with the deviation of Xavier over [O,I,L,k], where fan-in is I L k and fan-out O
   * L k; weights of pre- and postactivation 1, their biases 0, base weights 0.5; matrices of a
   * codec uniform within 1/sqrt(fan-in), their biases 0.
   */
  static void fill(TensorShape parameter, INDArray view) {
    switch (parameter.name()) {
      case "theta" -> normal(view, Math.sqrt(2 / (fanIn(parameter) + fanOut(parameter))));
      case "preactWeight", "postactWeight" -> view.assign(1);
      case "baseWeight" -> view.assign(0.5);
      case "encW", "decW" -> ParameterFill.uniform(view, 1 / Math.sqrt(fanIn(parameter)));
      default -> view.assign(0);
    }
  }

  private static void normal(INDArray view, double deviation) {
    double[] values = new double[Math.toIntExact(view.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = deviation * Nd4j.getRandom().nextGaussian();
    }
    view.assign(Nd4j.createFromArray(values).reshape('c', view.shape()).castTo(view.dataType()));
  }

  /** Inputs of an output: the axis after that of the outputs times what comes after it. */
  static double fanIn(TensorShape weight) {
    List<Long> shape = weight.shape();
    int outputs = outputAxis(weight);
    return product(shape, outputs + 1, shape.size());
  }

  /** Outputs of an input. */
  static double fanOut(TensorShape weight) {
    List<Long> shape = weight.shape();
    int outputs = outputAxis(weight);
    return shape.get(outputs) * product(shape, outputs + 2, shape.size());
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

  private static double product(List<Long> shape, int from, int to) {
    double product = 1;
    for (int i = from; i < to; i++) {
      product *= shape.get(i);
    }
    return product;
  }
}
