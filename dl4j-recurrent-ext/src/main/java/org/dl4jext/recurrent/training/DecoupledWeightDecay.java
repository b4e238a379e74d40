package org.dl4jext.recurrent.training;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The weight decay of {@link AdamW}: {@code theta -= lr * weightDecay * theta}, beside the step of
 * the updater and outside the loss.
 *
 * <p>It extends L2Regularization for one reason: DL4J 1.0.0-M2.1 merges the regularisation of a
 * network into its layers twice, and recognises only L1 and L2 as present already. Its own
 * WeightDecay, set for a network, acts with twice its coefficient, and a layer's adds to the
 * network's.
 */
public final class DecoupledWeightDecay extends L2Regularization {

  private static final long serialVersionUID = 1L;

  public DecoupledWeightDecay(double weightDecay) {
    super(weightDecay);
  }

  @JsonCreator
  DecoupledWeightDecay(@JsonProperty("l2") ISchedule weightDecay) {
    super(weightDecay);
  }

  @JsonAnySetter
  void rejectUnknown(String property, Object value) {
    UnknownProperty.reject("DecoupledWeightDecay", property, L2Regularization.class);
  }

  @Override
  public ApplyStep applyStep() {
    return ApplyStep.POST_UPDATER;
  }

  @Override
  public void apply(INDArray param, INDArray update, double lr, int iteration, int epoch) {
    Nd4j.exec(new Axpy(param, update, update, lr * getL2().valueAt(iteration, epoch)));
  }

  /** 0: the decay is no part of the loss. */
  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return 0;
  }

  @Override
  public DecoupledWeightDecay clone() {
    return new DecoupledWeightDecay(getL2().clone());
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof DecoupledWeightDecay d && getL2().equals(d.getL2());
  }

  @Override
  public int hashCode() {
    return Objects.hash(DecoupledWeightDecay.class, getL2());
  }

  @Override
  public String toString() {
    return "DecoupledWeightDecay(" + getL2() + ")";
  }
}
