package org.dl4jext.recurrent.plstm;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SpecJson;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.plstm.PlstmGraphSpec;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;

/**
 * pLSTM on batches of directed acyclic graphs, as a vertex of a ComputationGraph.
 *
 * <p>Inputs: node features [N,nIn,V], and edges [N,2,E] whose two rows are the nodes (from 0) that
 * an edge leaves and enters. Output: [N,nOut,V]. Masks of the two inputs, [N,V] and [N,E], say
 * which nodes and edges exist, so graphs of different sizes are batched; a masked node is not
 * there, nor are its edges, and its output is 0. A cycle is an error. An undirected graph becomes
 * directed by an order of its nodes; alternate vertices with {@link PlstmGraphSpec#reversed} to see
 * both directions.
 *
 * <p>The mathematics is that of {@link org.dl4jext.samediff.plstm.PlstmGraphLayer}; updater and
 * regularisation are those of the network unless set on this vertex. Only what a vertex with
 * parameters inherits for them is used of {@link SameDiffVertex}: no SameDiff graph is run.
 *
 * <p>Source: arXiv 2506.11997.
 */
public class PlstmGraphVertex extends SameDiffVertex {

  private static final long serialVersionUID = 1L;

  /** Biases of source, mark and direct gates. */
  private static final double GATE_BIAS = 0;

  @JsonProperty
  @JsonSerialize(using = SpecJson.Writer.class)
  @JsonDeserialize(using = SpecJson.Reader.class)
  private PlstmGraphSpec spec;

  @JsonProperty private long inputSize;
  @JsonProperty private long outputSize;

  /** For JSON. */
  protected PlstmGraphVertex() {}

  /**
   * A vertex.
   *
   * @param spec the options
   * @param nIn features of a node
   * @param nOut features of a node in the output
   */
  public PlstmGraphVertex(PlstmGraphSpec spec, long nIn, long nOut) {
    if (nIn < 1 || nOut < 1) {
      throw new DL4JInvalidConfigException(
          "PlstmGraphVertex: nIn and nOut are " + nIn + " and " + nOut + "; allowed: 1 and more");
    }
    this.spec = Objects.requireNonNull(spec, "spec");
    this.inputSize = nIn;
    this.outputSize = nOut;
  }

  /** The options. */
  public PlstmGraphSpec spec() {
    return spec;
  }

  /** nIn. */
  public long inputSize() {
    return inputSize;
  }

  /** nOut. */
  public long outputSize() {
    return outputSize;
  }

  List<TensorShape> parameters() {
    return spec.parameters(inputSize, outputSize);
  }

  @Override
  public void defineParametersAndInputs(SDVertexParams params) {
    params.defineInputs("nodes", "edges");
    for (TensorShape p : parameters()) {
      if (p.role() == TensorShape.Role.WEIGHT) {
        params.addWeightParam(p.name(), p.toArray());
      } else {
        params.addBiasParam(p.name(), p.toArray());
      }
    }
  }

  /**
   * Projections normal with deviation sqrt(2/(5 fan-in)), gate weights 0, transitions open (10 in
   * P-mode, as published; tanh(2) in D-mode), other biases 0, gains 1.
   */
  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    for (TensorShape p : parameters()) {
      INDArray view = parameters.get(p.name());
      switch (p.name()) {
        case "queryW", "keyW", "valueW", "outW" ->
            ParameterFill.normal(view, Math.sqrt(2 / (5.0 * p.shape().get(1))));
        case "normG" -> view.assign(1);
        case "transitionB" -> view.assign(spec.mode() == PlstmMode.P ? 10 : 2);
        case "sourceB", "markB", "directB" -> view.assign(GATE_BIAS);
        default -> view.assign(0);
      }
    }
  }

  @Override
  public char paramReshapeOrder(String name) {
    return 'c';
  }

  @Override
  public SDVariable defineVertex(
      SameDiff sameDiff,
      Map<String, SDVariable> inputs,
      Map<String, SDVariable> parameters,
      Map<String, SDVariable> masks) {
    throw new UnsupportedOperationException("PlstmGraphVertex runs no SameDiff graph");
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray view,
      boolean initialize,
      DataType dataType) {
    setName(name);
    return new PlstmGraphRuntime(this, graph, name, index, view, initialize, dataType);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... types) {
    if (types.length != 2
        || !(types[0] instanceof InputType.InputTypeRecurrent nodes)
        || nodes.getSize() != inputSize) {
      throw new DL4JInvalidConfigException(
          "PlstmGraphVertex: input types are "
              + List.of(types)
              + "; allowed: recurrent("
              + inputSize
              + ") for nodes and recurrent(2) for edges");
    }
    return InputType.recurrent(outputSize, nodes.getTimeSeriesLength(), RNNFormat.NCW);
  }

  /** The name, which is stored under another property. */
  @Override
  @JsonIgnore
  public String getLayerName() {
    return super.getLayerName();
  }

  @Override
  public GraphVertex clone() {
    PlstmGraphVertex copy = new PlstmGraphVertex(spec, inputSize, outputSize);
    copy.setName(getName());
    copy.setUpdater(getUpdater());
    copy.setBiasUpdater(getBiasUpdater());
    copy.setRegularization(getRegularization());
    copy.setRegularizationBias(getRegularizationBias());
    copy.setGradientNormalization(getGradientNormalization());
    copy.setGradientNormalizationThreshold(getGradientNormalizationThreshold());
    copy.setDataType(getDataType());
    return copy;
  }

  @JsonAnySetter
  @SuppressWarnings("DoNotCallSuggester") // called by Jackson
  final void refuseProperty(String name, JsonNode value) {
    throw new IllegalArgumentException(
        "PlstmGraphVertex has no property '" + name + "' (value " + value + ")");
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof PlstmGraphVertex vertex
        && inputSize == vertex.inputSize
        && outputSize == vertex.outputSize
        && Objects.equals(spec, vertex.spec);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof PlstmGraphVertex;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), spec, inputSize, outputSize);
  }
}
