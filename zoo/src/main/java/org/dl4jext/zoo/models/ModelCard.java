package org.dl4jext.zoo.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a model is made of.
 *
 * @param kind MultiLayerNetwork or ComputationGraph
 * @param dataType of the parameters
 * @param parameters number of them
 * @param layers in order; vertices without parameters are not among them
 */
public record ModelCard(String kind, DataType dataType, long parameters, List<LayerCard> layers) {

  /** What an output of a layer can depend on. */
  public enum Sight {
    /** The input of the same step. */
    STEP,
    /** The inputs of the same step and of all before. */
    PAST,
    /** The inputs of all steps, or something that is not known of this layer. */
    ALL
  }

  /**
   * A layer.
   *
   * @param name in the network
   * @param type simple name of the configuration
   * @param inputs channels, 0 where there is no such number
   * @param outputs channels, 0 where there is no such number
   * @param parameters number of them
   * @param sight what an output depends on
   * @param stateNumbers numbers that one stream keeps between steps; the least where it grows
   * @param grows whether the state grows with the stream
   */
  public record LayerCard(
      String name,
      String type,
      long inputs,
      long outputs,
      long parameters,
      Sight sight,
      long stateNumbers,
      boolean grows) {}

  /** The card of an initialised model. */
  public static ModelCard of(Model model) {
    List<LayerCard> cards = new ArrayList<>();
    DataType type;
    if (model instanceof MultiLayerNetwork network) {
      type = network.getLayerWiseConfigurations().getDataType();
      List<NeuralNetConfiguration> layers = network.getLayerWiseConfigurations().getConfs();
      for (int i = 0; i < layers.size(); i++) {
        cards.add(card(String.valueOf(i), layers.get(i)));
      }
    } else {
      ComputationGraphConfiguration graph = ((ComputationGraph) model).getConfiguration();
      type = graph.getDataType();
      for (String name : graph.getTopologicalOrderStr()) {
        GraphVertex vertex = graph.getVertices().get(name);
        if (vertex instanceof LayerVertex layer) {
          cards.add(card(name, layer.getLayerConf()));
        } else if (vertex != null && vertex.numParams(true) > 0) {
          String kind = vertex.getClass().getSimpleName();
          cards.add(new LayerCard(name, kind, 0, 0, vertex.numParams(true), Sight.ALL, 0, false));
        }
      }
    }
    return new ModelCard(
        model.getClass().getSimpleName(), type, model.numParams(), List.copyOf(cards));
  }

  private static LayerCard card(String name, NeuralNetConfiguration configuration) {
    Layer layer = configuration.getLayer();
    Layer inner = layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
    boolean sized = inner instanceof FeedForwardLayer;
    long states = stateNumbers(inner);
    return new LayerCard(
        name,
        layer.getClass().getSimpleName(),
        sized ? ((FeedForwardLayer) inner).getNIn() : 0,
        sized ? ((FeedForwardLayer) inner).getNOut() : 0,
        layer.initializer().numParams(configuration),
        sight(inner, states),
        states,
        inner instanceof SequenceLayer<?> ours
            && ours.states().stream().anyMatch(s -> s.shape().contains(TensorShape.GROWS)));
  }

  private static long stateNumbers(Layer layer) {
    if (layer instanceof SequenceLayer<?> ours) {
      return ours.canStep() ? ours.states().stream().mapToLong(ModelCard::leastLength).sum() : 0;
    }
    if (layer.getClass() == LSTM.class || layer.getClass() == GravesLSTM.class) {
      return 2 * ((FeedForwardLayer) layer).getNOut(); // output and cell
    }
    return layer.getClass() == SimpleRnn.class ? ((FeedForwardLayer) layer).getNOut() : 0;
  }

  private static long leastLength(TensorShape state) {
    return Arrays.stream(state.withBatch(1)).reduce(1, (a, b) -> a * b);
  }

  private static Sight sight(Layer layer, long states) {
    if (states > 0) {
      return Sight.PAST;
    }
    boolean perStep =
        layer instanceof SequenceLayer<?> ours
            ? ours.canStep()
            : List.of(
                    DenseLayer.class,
                    EmbeddingLayer.class,
                    EmbeddingSequenceLayer.class,
                    ActivationLayer.class,
                    DropoutLayer.class,
                    OutputLayer.class,
                    RnnOutputLayer.class,
                    LossLayer.class,
                    RnnLossLayer.class)
                .contains(layer.getClass());
    return perStep ? Sight.STEP : Sight.ALL;
  }

  /** What an output of the model depends on. */
  public Sight sight() {
    return layers.stream().map(LayerCard::sight).max(Sight::compareTo).orElse(Sight.STEP);
  }

  /** Bytes that one stream keeps between steps; the least where a state grows. */
  public long streamBytes() {
    return dataType.width() * layers.stream().mapToLong(LayerCard::stateNumbers).sum();
  }
}
