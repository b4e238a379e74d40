package org.dl4jext.recurrent.block;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stock recurrent layer as a unit: an own instance that reads and writes copies of the parameters
 * and states.
 *
 * <p>The stock layers let a masked step change their state. Here rows with the same number of valid
 * steps run together without the others, so that masked steps are not seen.
 *
 * <p>SimpleRnn of 1.0.0-M2.1 back-propagates from a zero state, whatever state it started from.
 */
@SuppressWarnings("try") // leaving a workspace has no other form
final class StockLayerUnit implements LayerUnit {

  private static final LayerWorkspaceMgr MGR = LayerWorkspaceMgr.noWorkspaces();

  private final List<TensorShape> parameters;
  private final List<TensorShape> states;
  private final DataType dataType;
  private final RecurrentLayer layer;
  private final Map<String, INDArray> parameterViews;
  private final Map<String, INDArray> gradientViews;
  private final long size;
  private boolean kept;

  StockLayerUnit(
      NeuralNetConfiguration conf,
      List<TensorShape> parameters,
      List<TensorShape> states,
      DataType dataType) {
    this.parameters = parameters;
    this.states = states;
    this.dataType = dataType;
    size = ((FeedForwardLayer) conf.getLayer()).getNOut();
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      long length = conf.getLayer().initializer().numParams(conf);
      INDArray flat = Nd4j.create(dataType, 1, length);
      Layer made = conf.getLayer().instantiate(conf, null, 0, flat, false, dataType);
      made.setBackpropGradientsViewArray(Nd4j.create(dataType, 1, length));
      layer = (RecurrentLayer) made;
      parameterViews = made.paramTable();
      gradientViews =
          conf.getLayer()
              .initializer()
              .getGradientsFromFlattened(conf, made.getGradientsViewArray());
    }
  }

  @Override
  public List<TensorShape> parameters() {
    return parameters;
  }

  @Override
  public List<TensorShape> states() {
    return states;
  }

  @Override
  public long outputSize() {
    return size;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    kept = false;
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      copyParameters(inputs);
      ValidSteps steps = ValidSteps.of(inputs[0], inputs[1]);
      List<INDArray> results = new ArrayList<>();
      INDArray[] last = new INDArray[states.size()];
      for (int i = 0; i < last.length; i++) {
        INDArray first = state(inputs, i);
        last[i] = first == null ? Nd4j.create(dataType, inputs[0].size(0), size) : first.dup();
      }
      for (ValidSteps.Group group : steps.groups()) {
        layer.rnnSetTBPTTState(groupState(inputs, group));
        INDArray y = layer.rnnActivateUsingStoredState(group.gather(inputs[0]), keep, true, MGR);
        results.add(group.rows(y));
        Map<String, INDArray> after = layer.rnnGetTBPTTState();
        for (int i = 0; i < last.length; i++) {
          group.scatterExamples(after.get(states.get(i).name()), last[i]);
        }
      }
      steps.scatter(results, outputs[0]);
      for (int i = 0; i < last.length; i++) {
        if (outputs[1 + i] != null) {
          outputs[1 + i].assign(last[i]);
        }
      }
    }
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(
          layer.conf().getLayer().getClass().getSimpleName() + ": no forward pass was kept");
    }
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      copyParameters(inputs);
      for (int i = 0; i < parameters.size(); i++) {
        if (inputGradients[FIRST_PARAMETER + i] != null) {
          inputGradients[FIRST_PARAMETER + i].assign(0);
        }
      }
      ValidSteps steps = ValidSteps.of(inputs[0], inputs[1]);
      List<INDArray> results = new ArrayList<>();
      INDArray dy =
          outputGradients[0] == null
              ? Nd4j.create(dataType, inputs[0].shape())
              : outputGradients[0];
      for (ValidSteps.Group group : steps.groups()) {
        layer.rnnSetPreviousState(groupState(inputs, group));
        layer.setInput(group.gather(inputs[0]), MGR);
        INDArray dx =
            layer.tbpttBackpropGradient(group.gather(dy), group.length(), MGR).getSecond();
        results.add(group.rows(dx));
        for (int i = 0; i < parameters.size(); i++) {
          INDArray to = inputGradients[FIRST_PARAMETER + i];
          if (to != null) {
            to.addi(gradientViews.get(parameters.get(i).name()));
          }
        }
      }
      steps.scatter(results, inputGradients[0]);
      layer.rnnClearPreviousState();
    }
  }

  private void copyParameters(INDArray[] inputs) {
    for (int i = 0; i < parameters.size(); i++) {
      parameterViews.get(parameters.get(i).name()).assign(inputs[FIRST_PARAMETER + i]);
    }
  }

  private INDArray state(INDArray[] inputs, int index) {
    return inputs[FIRST_PARAMETER + parameters.size() + index];
  }

  private Map<String, INDArray> groupState(INDArray[] inputs, ValidSteps.Group group) {
    Map<String, INDArray> state = new HashMap<>();
    for (int i = 0; i < states.size(); i++) {
      INDArray all = state(inputs, i);
      if (all != null) {
        state.put(states.get(i).name(), group.gatherExamples(all));
      }
    }
    return state;
  }
}
