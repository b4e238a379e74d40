package org.dl4jext.recurrent.universal;

import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jext.samediff.universal.HaltingRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, every so many iterations, how many steps the positions of the last batch took in each
 * layer that halts: their mean, and how many positions took one step, two and so on.
 *
 * <p>Use: {@code net.addListeners(new HaltingListener(100))}, which logs at level INFO; or with a
 * {@link Listener} of your own. A listener may serve several networks, one thread at a time.
 */
public final class HaltingListener extends BaseTrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(HaltingListener.class);

  private final int frequency;
  private final Listener listener;

  /** Hears what halting did. */
  @FunctionalInterface
  public interface Listener {

    /**
     * After an iteration.
     *
     * @param layer name or index of the layer
     * @param meanSteps over the valid positions
     * @param positions that took one step, two steps and so on
     */
    void halted(int iteration, String layer, double meanSteps, int[] positions);
  }

  /**
   * Logs.
   *
   * @param frequency iterations between two reports
   */
  public HaltingListener(int frequency) {
    this(
        frequency,
        (iteration, layer, mean, positions) ->
            LOG.info(
                "iteration {}, {}: {} steps on average, positions by steps {}",
                iteration,
                layer,
                String.format(Locale.ROOT, "%.2f", mean),
                Arrays.toString(positions)));
  }

  /**
   * Tells a listener.
   *
   * @param frequency iterations between two reports
   */
  public HaltingListener(int frequency, Listener listener) {
    if (frequency < 1) {
      throw new IllegalArgumentException(
          "HaltingListener: frequency is " + frequency + "; allowed: at least 1");
    }
    this.frequency = frequency;
    this.listener = listener;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (iteration % frequency != 0) {
      return;
    }
    Layer[] layers =
        model instanceof MultiLayerNetwork net
            ? net.getLayers()
            : ((ComputationGraph) model).getLayers();
    for (Layer layer : layers) {
      if (layer instanceof UniversalTransformerRuntime runtime) {
        HaltingRecord record = runtime.halting();
        String name = layer.conf().getLayer().getLayerName();
        listener.halted(
            iteration,
            name == null ? "layer " + layer.getIndex() : name,
            record.meanSteps(),
            record.distribution());
      }
    }
  }
}
