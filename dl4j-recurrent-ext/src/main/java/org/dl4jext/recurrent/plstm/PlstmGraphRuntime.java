package org.dl4jext.recurrent.plstm;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.samediff.SameDiffGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.plstm.PlstmGraphLayer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The runtime of a {@link PlstmGraphVertex}. HALF networks compute in FLOAT. */
@SuppressWarnings({"try", "overrides"}) // leaving a workspace has no other form
final class PlstmGraphRuntime extends SameDiffGraphVertex {

  private static final long serialVersionUID = 1L;

  private final transient PlstmGraphVertex vertex;
  private final transient List<TensorShape> shapes;
  private final transient DataType computeType;
  private transient PlstmGraphLayer unit;
  private transient INDArray nodeMask;
  private transient INDArray edgeMask;
  private transient boolean kept;

  PlstmGraphRuntime(
      PlstmGraphVertex vertex,
      ComputationGraph graph,
      String name,
      int index,
      INDArray view,
      boolean initialize,
      DataType dataType) {
    super(vertex, graph, name, index, view, initialize, dataType);
    this.vertex = vertex;
    this.shapes = vertex.parameters();
    this.computeType = dataType == DataType.FLOAT16 ? DataType.FLOAT : dataType;
  }

  private PlstmGraphLayer unit() {
    if (unit == null) {
      unit =
          new PlstmGraphLayer(
              vertex.spec(),
              vertex.inputSize(),
              vertex.outputSize(),
              Execution.current(),
              computeType);
    }
    return unit;
  }

  private void requireInputs() {
    INDArray[] given = getInputs();
    long[] nodes = given[0].shape();
    long[] edges = given[1].shape();
    boolean fits =
        nodes.length == 3
            && nodes[1] == vertex.inputSize()
            && edges.length == 3
            && edges[0] == nodes[0]
            && edges[1] == 2
            && (nodeMask == null
                || Arrays.equals(nodeMask.shape(), new long[] {nodes[0], nodes[2]}))
            && (edgeMask == null
                || Arrays.equals(edgeMask.shape(), new long[] {nodes[0], edges[2]}));
    if (!fits) {
      throw new DL4JInvalidInputException(
          "PlstmGraphVertex '"
              + getVertexName()
              + "': nodes have shape "
              + Arrays.toString(nodes)
              + ", edges "
              + Arrays.toString(edges)
              + ", masks "
              + shape(nodeMask)
              + " and "
              + shape(edgeMask)
              + "; allowed: [N,"
              + vertex.inputSize()
              + ",V], [N,2,E], [N,V] or none, [N,E] or none");
    }
  }

  private static String shape(INDArray mask) {
    return mask == null ? "none" : Arrays.toString(mask.shape());
  }

  /** Arrays in the order of the unit, nodes and edges with their features last. */
  private INDArray[] unitInputs() {
    INDArray[] all = new INDArray[PlstmGraphLayer.FIRST_PARAMETER + shapes.size()];
    all[0] = getInputs()[0].permute(0, 2, 1).castTo(computeType);
    all[1] = nodeMask;
    all[2] = getInputs()[1].permute(0, 2, 1);
    all[3] = edgeMask;
    for (int i = 0; i < shapes.size(); i++) {
      INDArray parameter = paramTable.get(shapes.get(i).name());
      all[PlstmGraphLayer.FIRST_PARAMETER + i] = parameter.castTo(computeType);
    }
    return all;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr mgr) {
    requireInputs();
    long[] shape = getInputs()[0].shape();
    INDArray y =
        mgr.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, shape[0], vertex.outputSize(), shape[2]);
    kept = false;
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray rows =
          Nd4j.createUninitialized(computeType, shape[0], shape[2], vertex.outputSize());
      run(rows, training);
      y.assign(rows.permute(0, 2, 1));
    }
    kept = training;
    return y;
  }

  private void run(INDArray rows, boolean keep) {
    try {
      unit().forward(unitInputs(), new INDArray[] {rows}, keep);
    } catch (IllegalArgumentException e) {
      throw new DL4JInvalidInputException(
          "PlstmGraphVertex '" + getVertexName() + "': " + e.getMessage(), e);
    }
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr mgr) {
    INDArray[] given = getInputs();
    INDArray dx = mgr.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, given[0].shape());
    INDArray dEdges = mgr.create(ArrayType.ACTIVATION_GRAD, dataType, given[1].shape(), 'c');
    Gradient gradient = new DefaultGradient();
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      if (!kept) {
        run(null, true);
      }
      INDArray[] all = unitInputs();
      INDArray[] gradients = new INDArray[all.length];
      gradients[0] = Nd4j.createUninitialized(computeType, all[0].shape(), 'c');
      for (int i = 0; i < shapes.size(); i++) {
        gradients[PlstmGraphLayer.FIRST_PARAMETER + i] = gradTable.get(shapes.get(i).name());
      }
      INDArray dy = getEpsilon().permute(0, 2, 1).castTo(computeType);
      unit().backward(all, new INDArray[] {dy}, gradients);
      dx.assign(gradients[0].permute(0, 2, 1));
    }
    kept = false;
    for (TensorShape p : shapes) {
      gradient.setGradientFor(p.name(), gradTable.get(p.name()));
    }
    return new Pair<>(gradient, new INDArray[] {dx, dEdges});
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatchSize) {
    nodeMask = masks == null ? null : masks[0];
    edgeMask = masks == null || masks.length < 2 ? null : masks[1];
    return new Pair<>(nodeMask, state);
  }

  @Override
  public void clear() {
    super.clear();
    nodeMask = null;
    edgeMask = null;
  }

  @Override
  public void clearVertex() {
    clear();
  }

  @Override
  public String toString() {
    return vertex.toString();
  }
}
