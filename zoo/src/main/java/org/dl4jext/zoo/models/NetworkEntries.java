package org.dl4jext.zoo.models;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Makes the network of a model file: the configuration first, then the parameters if they are as
 * many as the configuration says, then the updater's state on the same condition.
 */
final class NetworkEntries {

  static final String CONFIGURATION = ModelSerializer.CONFIGURATION_JSON;
  static final String COEFFICIENTS = ModelSerializer.COEFFICIENTS_BIN;
  static final String UPDATER = ModelSerializer.UPDATER_BIN;

  private static final String PARAMETERS_WORD = "parameters";
  private static final String STATE_WORD = "numbers of updater state";

  private final ModelArchive archive;
  private final Limits limits;
  private final List<String> leftOut;

  NetworkEntries(ModelArchive archive, Limits limits, List<String> leftOut) {
    this.archive = archive;
    this.limits = limits;
    this.leftOut = leftOut;
  }

  Model read() throws IOException {
    JsonEntry configuration = archive.json(CONFIGURATION);
    if (configuration.names().contains("confs")) {
      return network(configuration.text());
    }
    if (configuration.names().contains("vertices")) {
      return graph(configuration.text());
    }
    throw new ModelFileException(
        "entry " + CONFIGURATION + " is no configuration of a network or graph");
  }

  private MultiLayerNetwork network(String json) throws IOException {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    requireKnown(json, configuration.toJson());
    long parameters = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      parameters = sum(parameters, layer.getLayer().initializer().numParams(layer));
    }
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    if (parameters == 0) {
      network.init();
    } else {
      INDArray values = vector(COEFFICIENTS, parameters, PARAMETERS_WORD);
      configuration.setDataType(values.dataType());
      network.init(values, false);
    }
    if (archive.names().contains(UPDATER)) {
      Updater updater = network.getUpdater();
      INDArray state = vector(UPDATER, length(updater.getStateViewArray()), STATE_WORD);
      updater.setStateViewArray(network, state, false);
    }
    return network;
  }

  private ComputationGraph graph(String json) throws IOException {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    requireKnown(json, configuration.toJson());
    long parameters = 0;
    for (GraphVertex vertex : configuration.getVertices().values()) {
      parameters = sum(parameters, vertex.numParams(true));
    }
    ComputationGraph graph = new ComputationGraph(configuration);
    if (parameters == 0) {
      graph.init();
    } else {
      INDArray values = vector(COEFFICIENTS, parameters, PARAMETERS_WORD);
      configuration.setDataType(values.dataType());
      graph.init(values, false);
    }
    if (archive.names().contains(UPDATER)) {
      ComputationGraphUpdater updater = graph.getUpdater();
      updater.setStateViewArray(vector(UPDATER, length(updater.getStateViewArray()), STATE_WORD));
    }
    return graph;
  }

  private static long sum(long parameters, long more) throws ModelFileException {
    if (more < 0 || more > Long.MAX_VALUE - parameters) {
      throw new ModelFileException("entry " + CONFIGURATION + " has impossible sizes");
    }
    return parameters + more;
  }

  private static long length(INDArray state) {
    return state == null ? 0 : state.length();
  }

  private INDArray vector(String entry, long length, String what) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(archive.open(entry), 1 << 16))) {
      VectorEntry vectors = new VectorEntry(entry, archive.size(entry), in);
      INDArray vector = vectors.of(length, what);
      vectors.end();
      return vector;
    }
  }

  private void requireKnown(String read, String written) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<String> unknown = UnknownProperties.of(mapper.readTree(read), mapper.readTree(written));
    if (unknown.isEmpty()) {
      return;
    }
    if (!limits.lenient()) {
      throw new ModelFileException(
          "entry "
              + CONFIGURATION
              + " has the unknown property "
              + ModelArchive.shown(unknown.get(0)));
    }
    unknown.forEach(path -> leftOut.add("property " + ModelArchive.shown(path)));
  }
}
