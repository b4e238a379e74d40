package org.dl4jext.recurrent;

import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Replaces every layer of one class in a network by another one with the same parameters, wherever
 * it stands (Bidirectional, LastTimeStep and other wrappers included), and takes over parameters,
 * updater state, iteration and epoch. Listeners are not taken over; the given network is not
 * changed.
 *
 * @param <L> the class that is replaced; subclasses stay
 */
public final class LayerConversion<L extends Layer> {

  private final Class<L> replaced;
  private final Function<L, Layer> replacement;

  /**
   * @param replaced the class that is replaced
   * @param replacement makes the configuration that takes the place of one; its parameters have the
   *     same names and numbers of elements
   */
  public LayerConversion(Class<L> replaced, Function<L, Layer> replacement) {
    this.replaced = replaced;
    this.replacement = replacement;
  }

  /** Number of such layers in a network's configuration. */
  public int count(MultiLayerNetwork network) {
    return count(tree(network.getLayerWiseConfigurations().toJson()));
  }

  /** Number of such layers in a network's configuration. */
  public int count(ComputationGraph network) {
    return count(tree(network.getConfiguration().toJson()));
  }

  /**
   * Converts a network.
   *
   * @param network initialised
   * @return a new network
   */
  public MultiLayerNetwork convert(MultiLayerNetwork network) {
    String json = converted(network.getLayerWiseConfigurations().toJson());
    MultiLayerNetwork copy = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    copy.init();
    copyParameters(network.paramTable(), copy.paramTable());
    UpdaterStates.copy(network, copy);
    return copy;
  }

  /** Converts a network; see {@link #convert(MultiLayerNetwork)}. */
  public ComputationGraph convert(ComputationGraph network) {
    String json = converted(network.getConfiguration().toJson());
    ComputationGraph copy = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    copy.init();
    copyParameters(network.paramTable(), copy.paramTable());
    UpdaterStates.copy(network, copy);
    return copy;
  }

  /** Copies what every layer with parameters has: updaters, regularisation, noise, constraints. */
  public static void copySettings(BaseLayer from, BaseLayer to) {
    to.setIUpdater(from.getIUpdater());
    to.setBiasUpdater(from.getBiasUpdater());
    to.setRegularization(from.getRegularization());
    to.setRegularizationBias(from.getRegularizationBias());
    to.setGradientNormalization(from.getGradientNormalization());
    to.setGradientNormalizationThreshold(from.getGradientNormalizationThreshold());
    to.setWeightNoise(from.getWeightNoise());
    to.setIDropout(from.getIDropout());
    to.setConstraints(from.getConstraints());
  }

  private static void copyParameters(Map<String, INDArray> from, Map<String, INDArray> to) {
    if (!from.keySet().equals(to.keySet())) {
      throw new IllegalStateException(
          "parameters of the converted network are " + to.keySet() + " for " + from.keySet());
    }
    from.forEach((name, value) -> to.get(name).assign(value.reshape(to.get(name).shape())));
  }

  private static JsonNode tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration wrote JSON that cannot be read", e);
    }
  }

  private boolean isReplaced(JsonNode node) {
    return replaced.getName().equals(node.path("@class").asText());
  }

  private int count(JsonNode node) {
    int count = isReplaced(node) ? 1 : 0;
    for (Iterator<JsonNode> parts = node.elements(); parts.hasNext(); ) {
      count += count(parts.next());
    }
    return count;
  }

  private String converted(String json) {
    return converted(tree(json)).toString();
  }

  private JsonNode converted(JsonNode node) {
    if (isReplaced(node)) {
      return replacement(node);
    }
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(name -> object.replace(name, converted(object.get(name))));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, converted(array.get(i)));
      }
    }
    return node;
  }

  private JsonNode replacement(JsonNode node) {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    try {
      L layer = replaced.cast(mapper.readValue(node.toString(), Layer.class));
      return mapper.readTree(
          mapper.writerFor(Layer.class).writeValueAsString(replacement.apply(layer)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "the configuration of a " + replaced.getSimpleName() + " cannot be rewritten", e);
    }
  }
}
