package org.dl4jext.recurrent;

import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Ways to fill a parameter at random, from ND4J's generator and so from the network's seed. */
public final class ParameterFill {

  private ParameterFill() {}

  /**
   * Uniform in [-bound, bound].
   *
   * @param view overwritten
   */
  public static void uniform(INDArray view, double bound) {
    map(view, u -> bound * (2 * u - 1));
  }

  /**
   * Normal with mean 0.
   *
   * @param view overwritten
   */
  public static void normal(INDArray view, double standardDeviation) {
    fill(view, () -> standardDeviation * Nd4j.getRandom().nextGaussian());
  }

  /**
   * A function of a number that is uniform in [0,1), element by element in c order.
   *
   * @param view overwritten
   */
  public static void map(INDArray view, DoubleUnaryOperator function) {
    fill(view, () -> function.applyAsDouble(Nd4j.getRandom().nextDouble()));
  }

  private static void fill(INDArray view, DoubleSupplier next) {
    double[] values = new double[Math.toIntExact(view.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.getAsDouble();
    }
    view.assign(Nd4j.createFromArray(values).reshape('c', view.shape()).castTo(view.dataType()));
  }
}
