package org.dl4jext.zoo.sweep;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.arbiter.Budget;
import org.dl4jext.zoo.models.SafeModels;

/**
 * A network and its full training.
 *
 * <p>A share of a training is its beginning: learning rates and examples are those of the full one,
 * so that what a candidate shows after a share is what it would show in full at that step.
 *
 * @param network before its training
 * @param steps parameter updates in full
 * @param loop trains the network and tells the listener of each step; what the listener throws ends
 *     it
 * @param score of the network on data that it was not trained on
 */
record NetworkTraining(
    MultiLayerNetwork network, int steps, Consumer<Listener> loop, DoubleSupplier score) {

  /** Hears of the steps of a training. */
  @FunctionalInterface
  interface Listener {
    /**
     * After a parameter update.
     *
     * @param step from 1
     * @param score an intermediate one; its direction is that of the score
     */
    void step(int step, double score);
  }

  /**
   * Trains a share and scores it.
   *
   * @param metadata of the model file, beside the score
   */
  SweepTask.Outcome run(double share, SweepTask.Watch watch, Map<String, Object> metadata) {
    int most = new Budget(share, 0).of(steps);
    int[] done = {0};
    try {
      loop.accept(
          (step, intermediate) -> {
            done[0] = step;
            EndedEarly.unless(watch.goesOn(step, most, intermediate) && step < most);
          });
    } catch (EndedEarly e) {
      // What has been learnt is scored.
    }
    double reached = score.getAsDouble();
    Map<String, Object> all = new HashMap<>(metadata);
    all.put("score", reached);
    return new SweepTask.Outcome(reached, done[0], file -> SafeModels.save(network, file, all));
  }
}
