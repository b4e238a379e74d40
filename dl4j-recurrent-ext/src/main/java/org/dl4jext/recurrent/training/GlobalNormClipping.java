package org.dl4jext.recurrent.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scales the gradient of a whole network down to a largest L2 norm, before the updater sees it.
 *
 * <pre>
 * g = gradient of the mean loss of the mini-batch, over all parameters of all layers
 * g *= min(1, maxNorm / |g|)
 * </pre>
 *
 * <p>DL4J's own clipping ({@code GradientNormalization}) works layer by layer and changes the
 * direction of the gradient; this does not. Use: {@code net.addListeners(new
 * GlobalNormClipping(1.0))}, for a {@code MultiLayerNetwork} or a {@code ComputationGraph}. L1 and
 * L2 regularisation and weight decay are added later and are not clipped. The moving statistics of
 * batch normalisation travel with the gradient, but are none: they are left out. A gradient that is
 * not finite is left as it is.
 *
 * <p>Listeners belong to a network object and are not saved with it: add this one again after
 * loading. With {@code ParallelWrapper} each replica must carry the listener (set it on the
 * wrapper), and each clips its own gradient before the replicas are averaged.
 *
 * <p>Not for use from several threads, except that one instance may serve several networks.
 */
public final class GlobalNormClipping extends BaseTrainingListener {

  private final double maxNorm;

  /**
   * Clips to a norm.
   *
   * @param maxNorm a positive number
   */
  public GlobalNormClipping(double maxNorm) {
    if (!(maxNorm > 0) || Double.isInfinite(maxNorm)) {
      throw new IllegalArgumentException(
          "GlobalNormClipping: maxNorm is " + maxNorm + "; allowed: a positive number");
    }
    this.maxNorm = maxNorm;
  }

  @Override
  public void onGradientCalculation(Model model) {
    List<INDArray> gradients = gradients(model);
    double sumOfSquares = 0;
    for (INDArray gradient : gradients) {
      double norm = gradient.norm2Number().doubleValue();
      sumOfSquares += norm * norm;
    }
    // DL4J divides the summed gradient by the batch size later, inside the updater.
    double allowed = model.conf().isMiniBatch() ? maxNorm * model.batchSize() : maxNorm;
    double norm = Math.sqrt(sumOfSquares);
    if (norm > allowed && !Double.isInfinite(norm)) {
      for (INDArray gradient : gradients) {
        gradient.muli(allowed / norm);
      }
    }
  }

  private static List<INDArray> gradients(Model model) {
    Map<String, INDArray> byName = model.gradient().gradientForVariable();
    List<INDArray> gradients = new ArrayList<>();
    long length = 0;
    for (Map.Entry<String, INDArray> entry : byName.entrySet()) {
      if (isGradient(model, entry.getKey())) {
        gradients.add(entry.getValue());
        length += entry.getValue().length();
      }
    }
    INDArray flat = flattened(model);
    return flat != null && flat.length() == length ? List.of(flat) : gradients;
  }

  private static INDArray flattened(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      return net.getFlattenedGradients();
    }
    return model instanceof ComputationGraph graph ? graph.getFlattenedGradients() : null;
  }

  private static boolean isGradient(Model model, String key) {
    int split = key.lastIndexOf('_');
    Trainable owner = null;
    if (split > 0 && model instanceof MultiLayerNetwork net) {
      owner = net.getLayer(Integer.parseInt(key.substring(0, split)));
    } else if (split > 0 && model instanceof ComputationGraph graph) {
      owner = graph.getVertex(key.substring(0, split));
    }
    return owner == null || owner.updaterDivideByMinibatch(key.substring(split + 1));
  }
}
