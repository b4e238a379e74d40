package org.dl4jext.recurrent.training;

import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;

/** The state of {@link AdamW} for one block of parameters, and its step without the decay. */
final class AdamWUpdater implements GradientUpdater<AdamW> {

  private static final String MEAN = "M";
  private static final String SQUARE = "V";

  private final AdamW config;
  private INDArray mean;
  private INDArray square;

  AdamWUpdater(AdamW config) {
    this.config = config;
  }

  @Override
  public AdamW getConfig() {
    return config;
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialize) {
    if (!state.keySet().equals(Set.of(MEAN, SQUARE))) {
      throw new IllegalArgumentException(
          "AdamW: state is " + state.keySet() + "; allowed: [" + MEAN + ", " + SQUARE + "]");
    }
    mean = state.get(MEAN);
    square = state.get(SQUARE);
    if (initialize) {
      mean.assign(0);
      square.assign(0);
    }
  }

  @Override
  public Map<String, INDArray> getState() {
    return Map.of(MEAN, mean, SQUARE, square);
  }

  @Override
  public void setStateViewArray(
      INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
    INDArray flat = view.reshape(view.length());
    if (initialize) {
      flat.assign(0);
    }
    long half = flat.length() / 2;
    mean = flat.get(NDArrayIndex.interval(0, half)).reshape(gradientOrder, gradientShape);
    square = flat.get(NDArrayIndex.interval(half, 2 * half)).reshape(gradientOrder, gradientShape);
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    // The op divides by sqrt(v) + epsilon before the bias correction; scaled, epsilon lies behind.
    double correction = Math.sqrt(1 - Math.pow(config.beta2(), iteration + 1.0));
    Nd4j.exec(
        new AdamUpdater(
            gradient.reshape(square.shape()),
            square,
            mean,
            config.getLearningRate(iteration, epoch),
            config.beta1(),
            config.beta2(),
            config.epsilon() * correction,
            iteration));
  }
}
