package org.dl4jext.zoo.models;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;

/**
 * A model and what a file holds beside it.
 *
 * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
 * @param updater whether the state of the updater is stored
 * @param normalizer of the model's inputs; one of the kinds that {@link SafeModels} knows
 * @param metadata what is known of the model: strings, numbers, lists and maps
 * @param leftOut what the file held and was not read, each in a few words; empty for a model to
 *     save
 * @param sha256 of the whole file, in hexadecimal; empty for a model to save
 */
public record StoredModel(
    Model model,
    boolean updater,
    Optional<Normalizer<?>> normalizer,
    Map<String, Object> metadata,
    List<String> leftOut,
    String sha256) {

  public StoredModel {
    if (!(model instanceof MultiLayerNetwork) && !(model instanceof ComputationGraph)) {
      throw new IllegalArgumentException(
          "model is "
              + (model == null ? "null" : "a " + model.getClass().getSimpleName())
              + "; allowed: MultiLayerNetwork, ComputationGraph");
    }
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    leftOut = List.copyOf(leftOut);
  }

  /** A model to save, without updater state and normalizer. */
  public static StoredModel of(Model model, Map<String, ?> metadata) {
    return new StoredModel(
        model, false, Optional.empty(), new LinkedHashMap<>(metadata), List.of(), "");
  }

  /** Another model in place of this one, with the same things beside it. */
  public StoredModel with(Model other) {
    return new StoredModel(other, updater, normalizer, metadata, List.of(), "");
  }

  /**
   * The model as a network of layers.
   *
   * @throws ModelFileException if it is a graph
   */
  public MultiLayerNetwork network() throws ModelFileException {
    if (model instanceof MultiLayerNetwork network) {
      return network;
    }
    throw new ModelFileException("the model is a ComputationGraph; needed: a MultiLayerNetwork");
  }

  /**
   * The model as a graph.
   *
   * @throws ModelFileException if it is a network of layers
   */
  public ComputationGraph graph() throws ModelFileException {
    if (model instanceof ComputationGraph graph) {
      return graph;
    }
    throw new ModelFileException("the model is a MultiLayerNetwork; needed: a ComputationGraph");
  }
}
