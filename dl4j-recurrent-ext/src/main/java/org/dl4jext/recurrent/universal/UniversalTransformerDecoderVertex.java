package org.dl4jext.recurrent.universal;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link UniversalTransformerDecoder} in a graph, with two inputs: its sequence [N,nIn,T] and the
 * memory [N,nOut,M] that it attends to, each with its mask.
 *
 * <p>Updaters, regularisation, constraints and noise act as on a layer, and its ponder cost is part
 * of the score.
 */
public class UniversalTransformerDecoderVertex extends LayerVertex {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  public UniversalTransformerDecoderVertex() {}

  /**
   * A vertex of a configured layer.
   *
   * @param conf holds a {@link UniversalTransformerDecoder} with all options of the network
   */
  public UniversalTransformerDecoderVertex(NeuralNetConfiguration conf) {
    super(conf, null);
  }

  /**
   * Adds a decoder to a graph, with the options of the network, as {@code addLayer} does.
   *
   * @param input name of the vertex with the sequence
   * @param memory name of the vertex with the memory
   */
  public static GraphBuilder add(
      GraphBuilder graph,
      String name,
      UniversalTransformerDecoder layer,
      String input,
      String memory) {
    layer.setLayerName(name);
    NeuralNetConfiguration conf = graph.getGlobalConfiguration().clone().layer(layer).build();
    return graph.addVertex(name, new UniversalTransformerDecoderVertex(conf), input, memory);
  }

  @Override
  public GraphVertex clone() {
    UniversalTransformerDecoderVertex copy =
        new UniversalTransformerDecoderVertex(getLayerConf().clone());
    copy.setPreProcessor(getPreProcessor() == null ? null : getPreProcessor().clone());
    copy.setOutputVertex(isOutputVertex());
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UniversalTransformerDecoderVertex && super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    return new DecoderGraphVertex(
        graph,
        name,
        index,
        getLayerConf()
            .getLayer()
            .instantiate(getLayerConf(), null, index, parameters, initialize, dataType),
        getPreProcessor(),
        graph.getConfiguration().getNetworkOutputs().contains(name),
        dataType);
  }

  /** By the type of the sequence; DL4J does not ask about the memory. */
  @Override
  public InputType getOutputType(int layerIndex, InputType... inputs)
      throws InvalidInputTypeException {
    return super.getOutputType(layerIndex, inputs[0]);
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputs) {
    return super.getMemoryReport(inputs[0]);
  }
}
