package org.dl4jext.recurrent.universal;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer vertex that hands its second input to its layer as the memory. */
@SuppressWarnings("overrides") // of setInputs, between two types of DL4J
final class DecoderGraphVertex extends LayerVertex {

  private static final long serialVersionUID = 1L;

  DecoderGraphVertex(
      ComputationGraph graph,
      String name,
      int index,
      Layer layer,
      InputPreProcessor preProcessor,
      boolean output,
      DataType dataType) {
    super(graph, name, index, layer, preProcessor, output, dataType);
  }

  private UniversalTransformerRuntime runtime() {
    return (UniversalTransformerRuntime) getLayer();
  }

  @Override
  public void setInput(int number, INDArray input, LayerWorkspaceMgr mgr) {
    if (number == 0) {
      super.setInput(number, input, mgr);
    } else {
      inputs[number] = input;
      runtime().setMemory(input);
    }
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr mgr) {
    Pair<Gradient, INDArray[]> own = super.doBackward(truncated, mgr);
    INDArray[] both = {own.getSecond()[0], runtime().memoryGradient(mgr)};
    return new Pair<>(own.getFirst(), both);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatchSize) {
    boolean given = masks != null && masks.length > 1;
    runtime().setMemoryMask(given ? masks[1] : null);
    INDArray[] first = masks == null || masks.length == 0 ? masks : new INDArray[] {masks[0]};
    return super.feedForwardMaskArrays(first, state, minibatchSize);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
