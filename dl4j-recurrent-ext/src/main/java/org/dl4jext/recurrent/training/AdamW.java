package org.dl4jext.recurrent.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Adam with decoupled weight decay.
 *
 * <pre>
 * theta -= lr * weightDecay * theta                       weights only, never biases and gains
 * m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2
 * theta -= lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>Unlike in DL4J's Adam, epsilon is added after the bias correction of v, as in the paper and in
 * PyTorch.
 *
 * <p>A DL4J updater sees gradients and no parameters, so the first line is a regularisation of its
 * own. One call sets both: {@code new AdamW(1e-3, 0.01).install(new
 * NeuralNetConfiguration.Builder())}. An AdamW with weight decay that is passed to {@code
 * updater(..)} instead fails when the network is initialised, rather than train without decay. Call
 * {@code install} after any {@code l2} or {@code weightDecay}, which it replaces. A layer that
 * needs another decay than the network has its own {@code install}.
 *
 * <p>Source: Loshchilov and Hutter, "Decoupled weight decay regularization", algorithm 2, with the
 * decay multiplied by the scheduled learning rate.
 */
public final class AdamW implements IUpdater {

  private static final long serialVersionUID = 1L;

  private double learningRate;
  private ISchedule learningRateSchedule;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final boolean installed;

  /**
   * AdamW with betas 0.9 and 0.999 and epsilon 1e-8.
   *
   * @param learningRate at least 0
   * @param weightDecay at least 0; multiplied by the learning rate
   */
  public AdamW(double learningRate, double weightDecay) {
    this(learningRate, null, 0.9, 0.999, 1e-8, weightDecay, false);
  }

  /** The same with a learning rate that changes by iteration or epoch. */
  public AdamW(ISchedule learningRate, double weightDecay) {
    this(0, Objects.requireNonNull(learningRate), 0.9, 0.999, 1e-8, weightDecay, false);
  }

  @JsonCreator
  private AdamW(
      @JsonProperty("learningRate") double learningRate,
      @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
      @JsonProperty("beta1") double beta1,
      @JsonProperty("beta2") double beta2,
      @JsonProperty("epsilon") double epsilon,
      @JsonProperty("weightDecay") double weightDecay,
      @JsonProperty("installed") boolean installed) {
    this.learningRate = requireAtLeastZero("learningRate", learningRate);
    this.learningRateSchedule = learningRateSchedule;
    this.beta1 = requireBeta("beta1", beta1);
    this.beta2 = requireBeta("beta2", beta2);
    this.epsilon = requireAtLeastZero("epsilon", epsilon);
    this.weightDecay = requireAtLeastZero("weightDecay", weightDecay);
    this.installed = installed;
  }

  /** A copy with other decay rates of the moving averages of g and g^2, each in [0,1). */
  public AdamW withBetas(double beta1, double beta2) {
    return new AdamW(
        learningRate, learningRateSchedule, beta1, beta2, epsilon, weightDecay, installed);
  }

  /** A copy with another epsilon. */
  public AdamW withEpsilon(double epsilon) {
    return new AdamW(
        learningRate, learningRateSchedule, beta1, beta2, epsilon, weightDecay, installed);
  }

  /**
   * Makes this the updater of a network and its weight decay the decay of the weights.
   *
   * @return the builder
   */
  public NeuralNetConfiguration.Builder install(NeuralNetConfiguration.Builder network) {
    return network.updater(asInstalled()).regularization(withDecay(network.getRegularization()));
  }

  /**
   * Makes this the updater of one layer and its weight decay the decay of the layer's weights.
   *
   * @return the builder
   */
  public <B extends BaseLayer.Builder<?>> B install(B layer) {
    layer.setIupdater(asInstalled());
    layer.setRegularization(withDecay(layer.getRegularization()));
    return layer;
  }

  private AdamW asInstalled() {
    return new AdamW(learningRate, learningRateSchedule, beta1, beta2, epsilon, weightDecay, true);
  }

  private List<Regularization> withDecay(List<Regularization> existing) {
    List<Regularization> all = new ArrayList<>();
    if (existing != null) {
      all.addAll(existing);
    }
    all.removeIf(r -> r instanceof L2Regularization || r instanceof WeightDecay);
    all.add(new DecoupledWeightDecay(weightDecay));
    return all;
  }

  @JsonAnySetter
  void rejectUnknown(String property, Object value) {
    UnknownProperty.reject("AdamW", property, AdamW.class);
  }

  /** Decay rate of the moving average of g. */
  public double beta1() {
    return beta1;
  }

  /** Decay rate of the moving average of g^2. */
  public double beta2() {
    return beta2;
  }

  /** Added to the root of v. */
  public double epsilon() {
    return epsilon;
  }

  /** Fraction of a weight that a step with learning rate 1 removes. */
  public double weightDecay() {
    return weightDecay;
  }

  @Override
  public long stateSize(long numParams) {
    return 2 * numParams;
  }

  @Override
  public GradientUpdater<AdamW> instantiate(INDArray view, boolean initialize) {
    requireInstalled();
    AdamWUpdater updater = new AdamWUpdater(this);
    updater.setStateViewArray(view, new long[] {view.length() / 2}, view.ordering(), initialize);
    return updater;
  }

  @Override
  public GradientUpdater<AdamW> instantiate(Map<String, INDArray> state, boolean initialize) {
    requireInstalled();
    AdamWUpdater updater = new AdamWUpdater(this);
    updater.setState(state, initialize);
    return updater;
  }

  private void requireInstalled() {
    if (weightDecay > 0 && !installed) {
      throw new IllegalStateException(
          "AdamW: weightDecay is "
              + weightDecay
              + ", but an updater cannot see the weights; allowed: AdamW.install(builder) in place"
              + " of updater(..), or weightDecay 0");
    }
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return learningRateSchedule == null
        ? learningRate
        : learningRateSchedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  /** Required by DL4J, which calls it on copies only, before training or between two steps. */
  @Override
  public void setLrAndSchedule(double lr, ISchedule lrSchedule) {
    learningRate = lrSchedule == null ? requireAtLeastZero("learningRate", lr) : 0;
    learningRateSchedule = lrSchedule;
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public AdamW clone() {
    ISchedule schedule = learningRateSchedule == null ? null : learningRateSchedule.clone();
    return new AdamW(learningRate, schedule, beta1, beta2, epsilon, weightDecay, installed);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof AdamW a
        && Double.compare(learningRate, a.learningRate) == 0
        && Objects.equals(learningRateSchedule, a.learningRateSchedule)
        && Double.compare(beta1, a.beta1) == 0
        && Double.compare(beta2, a.beta2) == 0
        && Double.compare(epsilon, a.epsilon) == 0
        && Double.compare(weightDecay, a.weightDecay) == 0
        && installed == a.installed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        learningRate, learningRateSchedule, beta1, beta2, epsilon, weightDecay, installed);
  }

  @Override
  public String toString() {
    return "AdamW(learningRate="
        + (learningRateSchedule == null ? learningRate : learningRateSchedule)
        + ", beta1="
        + beta1
        + ", beta2="
        + beta2
        + ", epsilon="
        + epsilon
        + ", weightDecay="
        + weightDecay
        + ")";
  }

  private static double requireAtLeastZero(String option, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "AdamW: " + option + " is " + value + "; allowed: 0 or a positive number");
    }
    return value;
  }

  private static double requireBeta(String option, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "AdamW: " + option + " is " + value + "; allowed: 0 to below 1");
    }
    return value;
  }
}
