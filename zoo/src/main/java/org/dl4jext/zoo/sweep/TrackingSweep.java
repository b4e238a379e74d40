package org.dl4jext.zoo.sweep;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.tracking.Accuracy;
import org.dl4jext.zoo.tracking.CrossEntropy;
import org.dl4jext.zoo.tracking.TrackingNetwork;
import org.dl4jext.zoo.tracking.TrackingRun;

/**
 * Sweeps over the state-tracking tasks.
 *
 * @param task what is learnt
 * @param length longest training example
 * @param testLength of the fresh examples that are scored
 * @param steps parameter updates in full
 * @param score what is measured on them
 */
record TrackingSweep(SequenceTask task, int length, int testLength, int steps, Score score)
    implements LayerSweep {

  private static final int EXAMPLES = 128;
  private static final long TEST_SEED = 0x5EEDL;

  /** What a candidate is judged by. */
  enum Score {
    /** Share of the labelled steps that are right. */
    ACCURACY,
    /** Cross-entropy, the mean over the labelled steps, in nats. */
    LOSS
  }

  /** The sweep that a space file asks for. */
  static TrackingSweep of(SequenceTask task, SpaceSettings settings) {
    int length = settings.whole("length", 32, 4, 4096);
    return new TrackingSweep(
        task,
        length,
        settings.whole("testLength", length, 4, 4096),
        settings.whole("steps", 250, 1, 10_000_000),
        settings.constant("score", Score.ACCURACY));
  }

  @Override
  public String title() {
    return task.name();
  }

  @Override
  public String scoreName() {
    String what = minimize() ? "cross-entropy" : "token accuracy";
    return what + " at length " + task.nearestLength(testLength);
  }

  @Override
  public boolean minimize() {
    return score == Score.LOSS;
  }

  @Override
  public NamedLayer usualLayer() {
    return NamedLayer.DELTA_PRODUCT;
  }

  @Override
  public int usualWidth() {
    return 64;
  }

  @Override
  public double usualRate() {
    return 4e-3;
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    MultiLayerNetwork network =
        new TrackingNetwork(task, layer(values), rate(values), steps, seed).init();
    return new NetworkTraining(
            network, steps, listener -> fit(network, seed, listener), () -> measure(network))
        .run(
            share,
            watch,
            Map.of("task", title(), "parameters", values, "lengths", List.of(length)));
  }

  private void fit(MultiLayerNetwork network, long seed, NetworkTraining.Listener listener) {
    TrackingRun.fit(
        network,
        task,
        length,
        steps,
        true,
        seed,
        (step, most, reached, right) -> {
          // What counts is how long examples have become and how many of them are right.
          double learnt = (reached + right) / (length + 1.0);
          listener.step(step, minimize() ? -learnt : learnt);
        });
  }

  private double measure(MultiLayerNetwork network) {
    return switch (score) {
      case ACCURACY -> Accuracy.measure(network, task, testLength, EXAMPLES, TEST_SEED).token();
      case LOSS -> CrossEntropy.measure(network, task, testLength, EXAMPLES, TEST_SEED);
    };
  }
}
