package org.dl4jext.recurrent.cells;

import java.util.Iterator;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
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
 * Replaces every stock LSTM of a network by a {@link FlashLstm}, wherever it stands (Bidirectional,
 * LastTimeStep and other wrappers included), with parameters, updater state, iteration and epoch.
 *
 * <p>Outputs of the converted network differ by rounding only, except where masks are used: the
 * stock LSTM ignores a mask of its features, {@link FlashLstm} follows it. LSTMs with peepholes
 * (GravesLSTM) stay as they are. The given network is not changed.
 */
public final class LstmConversion {

  private LstmConversion() {}

  /** Number of stock LSTMs in a network's configuration. */
  public static int count(MultiLayerNetwork network) {
    return count(tree(network.getLayerWiseConfigurations().toJson()));
  }

  /** Number of stock LSTMs in a network's configuration. */
  public static int count(ComputationGraph network) {
    return count(tree(network.getConfiguration().toJson()));
  }

  /**
   * Converts a network.
   *
   * @param network initialised
   * @return a new network; listeners are not taken over
   * @throws org.deeplearning4j.exception.DL4JInvalidConfigException if an LSTM has an activation
   *     without counterpart
   */
  public static MultiLayerNetwork convert(MultiLayerNetwork network) {
    String json = converted(network.getLayerWiseConfigurations().toJson());
    MultiLayerNetwork copy = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    copy.init();
    copyParameters(network.paramTable(), copy.paramTable());
    UpdaterStates.copy(network, copy);
    copy.setIterationCount(network.getIterationCount());
    copy.setEpochCount(network.getEpochCount());
    return copy;
  }

  /** Converts a network; see {@link #convert(MultiLayerNetwork)}. */
  public static ComputationGraph convert(ComputationGraph network) {
    String json = converted(network.getConfiguration().toJson());
    ComputationGraph copy = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    copy.init();
    copyParameters(network.paramTable(), copy.paramTable());
    UpdaterStates.copy(network, copy);
    copy.getConfiguration().setIterationCount(network.getConfiguration().getIterationCount());
    copy.getConfiguration().setEpochCount(network.getConfiguration().getEpochCount());
    return copy;
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

  private static boolean isLstm(JsonNode node) {
    return LSTM.class.getName().equals(node.path("@class").asText());
  }

  private static int count(JsonNode node) {
    int count = isLstm(node) ? 1 : 0;
    for (Iterator<JsonNode> parts = node.elements(); parts.hasNext(); ) {
      count += count(parts.next());
    }
    return count;
  }

  private static String converted(String json) {
    return converted(tree(json)).toString();
  }

  private static JsonNode converted(JsonNode node) {
    if (isLstm(node)) {
      return flash(node);
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

  private static JsonNode flash(JsonNode node) {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    try {
      LSTM lstm = (LSTM) mapper.readValue(node.toString(), Layer.class);
      return mapper.readTree(
          mapper.writerFor(Layer.class).writeValueAsString(FlashLstm.from(lstm)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an LSTM's configuration cannot be rewritten", e);
    }
  }
}
