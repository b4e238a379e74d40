package org.dl4jext.recurrent;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.StepSession;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The one runtime of all sequence layers: feeds a {@link LayerUnit} from DL4J's workspaces and
 * parameter views, and carries states between time steps and segments.
 *
 * <p>The unit keeps what the backward pass needs from {@code activate(training)} on, so a training
 * iteration runs the forward pass once. The backward pass starts from the initial state of the last
 * forward pass, which makes truncated BPTT exact within a segment.
 *
 * <p>HALF networks compute in FLOAT.
 *
 * <p>Not thread-safe: an instance owns its unit, buffers and states. Networks that share nothing
 * but configurations may run in different threads.
 */
@SuppressWarnings("try") // leaving a workspace has no other form
public class SequenceRuntime extends BaseRecurrentLayer<SequenceLayer<?>> {

  private static final long serialVersionUID = 1L;

  private final transient List<TensorShape> parameterShapes;
  private final transient int stateCount;
  private final transient DataType computeType;
  private final transient CarriedState stream;
  private final transient CarriedState segment;
  private transient LayerUnit unit;

  /** Initial states of the last forward pass; null for zeros. */
  private transient INDArray[] start;

  /** Whether the unit holds what the backward pass of the current input needs. */
  private transient boolean kept;

  /** Whether the last forward pass has overwritten the states that it started from. */
  private transient boolean updated;

  private transient double auxiliaryScore;

  /** Whether single steps are tried by the unit's step kernel. */
  private transient boolean stepsByKernel;

  private transient StepSession session;

  /**
   * @param conf holds a {@link SequenceLayer} with known sizes
   * @param dataType FLOAT, DOUBLE or HALF
   */
  public SequenceRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    SequenceLayer<?> layer = layerConf();
    computeType = dataType == DataType.FLOAT16 ? DataType.FLOAT : dataType;
    stepsByKernel = dataType == computeType;
    parameterShapes = layer.parameters();
    stateCount = layer.states().size();
    stream = new CarriedState(layer.describe(), layer.states(), computeType);
    segment = new CarriedState(layer.describe(), layer.states(), computeType);
  }

  private LayerUnit unit() {
    if (unit == null) {
      unit = newUnit(computeType);
    }
    return unit;
  }

  /** The unit that this runtime feeds; called once. */
  protected LayerUnit newUnit(DataType computeType) {
    return layerConf().unit(Execution.current(), computeType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
    assertInputSet(false);
    checkInput();
    return forward(training, null, null, mgr);
  }

  @Override
  public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr mgr) {
    requireSteps("rnnTimeStep");
    setInput(input, mgr);
    requireFit(stream);
    return takesKernelStep() ? kernelStep(mgr) : advance(stream, false, mgr);
  }

  /** Whether the step kernel can do this step. */
  private boolean takesKernelStep() {
    return stepsByKernel
        && maskArray == null
        && input.length() == input.size(0) * layerConf().getNIn();
  }

  /** One step without the views, states and checks of a forward pass. */
  private INDArray kernelStep(LayerWorkspaceMgr mgr) {
    INDArray[] parameters = new INDArray[parameterShapes.size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = getParamWithNoise(parameterShapes.get(i).name(), false, mgr);
    }
    if (session == null || session.streams() != input.size(0)) {
      try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        StepSession made = StepSession.of(unit(), dataType, parameters, input);
        stepsByKernel = made != null;
        if (made == null) {
          return advance(stream, false, mgr);
        }
        session = made;
      }
    }
    INDArray y =
        mgr.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, outputShape(layerConf().getNOut()), 'c');
    stream.moveTo(session);
    session.step(parameters, input, y);
    kept = false;
    updated = true;
    auxiliaryScore = 0;
    return y;
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray input, boolean training, boolean storeLastForTBPTT, LayerWorkspaceMgr mgr) {
    requireSteps("truncated BPTT");
    if (training && storeLastForTBPTT && getDataFormat() == RNNFormat.NWC) {
      throw new UnsupportedOperationException(
          layerConf().describe()
              + ": truncated BPTT with dataFormat NWC is not possible, because DL4J cuts segments"
              + " along axis 2, which holds channels there; allowed: NCW, or standard BPTT");
    }
    setInput(input, mgr);
    requireFit(segment);
    return storeLastForTBPTT
        ? advance(segment, training, mgr)
        : forward(training, segment.current(), null, mgr);
  }

  private void requireFit(CarriedState state) {
    checkInput();
    state.requireBatch(input.size(0));
  }

  private void checkInput() {
    SequenceInput.require(layerConf(), getDataFormat(), input, maskArray, layerId());
  }

  private INDArray advance(CarriedState state, boolean training, LayerWorkspaceMgr mgr) {
    INDArray y = forward(training, state.current(), state, mgr);
    if (!updated) {
      state.advance();
    }
    return y;
  }

  private INDArray forward(
      boolean training, INDArray[] from, CarriedState to, LayerWorkspaceMgr mgr) {
    applyDropOutIfNecessary(training, mgr);
    kept = false;
    start = from;
    updated = from != null && to == stream && unit().updatesStates();
    INDArray y =
        mgr.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, outputShape(layerConf().getNOut()), 'c');
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray[] inputs = inputs(training, mgr);
      INDArray[] outputs = new INDArray[1 + stateCount];
      outputs[0] = writable(rows(y));
      if (to != null) {
        INDArray[] target = updated ? from : to.target(unit().stateShapes(inputs));
        System.arraycopy(target, 0, outputs, 1, stateCount);
      }
      unit().forward(inputs, outputs, training);
      copyBack(outputs[0], rows(y));
    }
    kept = training;
    auxiliaryScore = unit().auxiliaryLoss() / input.size(0);
    return y;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
    assertInputSet(true);
    if (updated) {
      throw new IllegalStateException(
          layerConf().describe()
              + ": no backward pass after rnnTimeStep, which has updated the states in place");
    }
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    INDArray dx =
        mgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, dataType, outputShape(layerConf().getNIn()), 'c');
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray[] inputs = inputs(true, mgr);
      if (!kept) {
        unit().forward(inputs, new INDArray[1 + stateCount], true);
      }
      INDArray[] outputGradients = new INDArray[1 + stateCount];
      outputGradients[0] = rows(epsilon).castTo(computeType);
      INDArray[] inputGradients = new INDArray[inputs.length];
      inputGradients[0] = writable(rows(dx));
      for (int i = 0; i < parameterShapes.size(); i++) {
        INDArray view = gradientViews.get(parameterShapes.get(i).name());
        inputGradients[LayerUnit.FIRST_PARAMETER + i] = writable(view);
      }
      unit().backward(inputs, outputGradients, inputGradients);
      copyBack(inputGradients[0], rows(dx));
      for (int i = 0; i < parameterShapes.size(); i++) {
        String name = parameterShapes.get(i).name();
        copyBack(inputGradients[LayerUnit.FIRST_PARAMETER + i], gradientViews.get(name));
        gradient.gradientForVariable().put(name, gradientViews.get(name));
      }
    }
    kept = false;
    weightNoiseParams.clear();
    return new Pair<>(gradient, dropoutApplied ? backpropDropOutIfPresent(dx) : dx);
  }

  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int backLength, LayerWorkspaceMgr mgr) {
    long steps = rows(epsilon).size(1);
    if (backLength <= 0 || backLength >= steps) {
      return backpropGradient(epsilon, mgr);
    }
    INDArray last = epsilon.dup();
    rows(last)
        .get(NDArrayIndex.all(), NDArrayIndex.interval(0, steps - backLength), NDArrayIndex.all())
        .assign(0);
    return backpropGradient(last, mgr);
  }

  private INDArray[] inputs(boolean training, LayerWorkspaceMgr mgr) {
    INDArray[] all = new INDArray[LayerUnit.FIRST_PARAMETER + parameterShapes.size() + stateCount];
    all[0] = rows(input).castTo(computeType);
    all[1] = maskArray == null ? null : maskArray.castTo(computeType);
    int next = LayerUnit.FIRST_PARAMETER;
    for (TensorShape parameter : parameterShapes) {
      all[next++] = getParamWithNoise(parameter.name(), training, mgr).castTo(computeType);
    }
    if (start != null) {
      System.arraycopy(start, 0, all, next, stateCount);
    }
    return all;
  }

  /** [N,T,C] view of an array in this layer's format. */
  private INDArray rows(INDArray array) {
    return getDataFormat() == RNNFormat.NWC ? array : array.permute(0, 2, 1);
  }

  private long[] outputShape(long channels) {
    long[] shape = input.shape().clone();
    shape[getDataFormat() == RNNFormat.NWC ? 2 : 1] = channels;
    return shape;
  }

  private INDArray writable(INDArray target) {
    return dataType == computeType
        ? target
        : Nd4j.createUninitialized(computeType, target.shape(), 'c');
  }

  private static void copyBack(INDArray from, INDArray to) {
    if (from != to && from.dataType() != to.dataType()) {
      to.assign(from);
    }
  }

  private void requireSteps(String what) {
    if (!layerConf().canStep()) {
      throw new UnsupportedOperationException(
          layerConf().describe() + ": " + what + " is not possible; a step depends on later steps");
    }
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return super.calcRegularizationScore(backpropParamsOnly) + auxiliaryScore;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    maskArray = mask;
    maskState = state;
    return new Pair<>(mask, state);
  }

  /** Copies of the states that the next {@code rnnTimeStep} starts from. */
  @Override
  public Map<String, INDArray> rnnGetPreviousState() {
    return stream.copy();
  }

  /** Sets (by copying) the states that the next {@code rnnTimeStep} starts from. */
  @Override
  public void rnnSetPreviousState(Map<String, INDArray> states) {
    stream.set(states);
  }

  @Override
  public void rnnClearPreviousState() {
    stream.clear();
    segment.clear();
  }

  /** Copies of the states that the next segment of truncated BPTT starts from. */
  @Override
  public Map<String, INDArray> rnnGetTBPTTState() {
    return segment.copy();
  }

  @Override
  public void rnnSetTBPTTState(Map<String, INDArray> states) {
    segment.set(states);
  }

  @Override
  public void setParam(String key, INDArray value) {
    INDArray parameter = params.get(key);
    if (parameter == null) {
      throw new IllegalArgumentException(
          layerConf().describe() + ": no parameter '" + key + "'; it has " + params.keySet());
    }
    if (!Arrays.equals(parameter.shape(), value.shape())) {
      throw new IllegalArgumentException(
          layerConf().describe()
              + ": parameter '"
              + key
              + "' has shape "
              + Arrays.toString(parameter.shape())
              + ", got "
              + Arrays.toString(value.shape()));
    }
    parameter.assign(value);
  }

  /** Copies the values into the parameters, which stay views of the network's flat array. */
  @Override
  public void setParamTable(Map<String, INDArray> table) {
    if (params == null) {
      params = table;
    } else {
      table.forEach(this::setParam);
    }
  }

  /** Copies a flat array in the layout of {@link #params()}. */
  @Override
  public void setParams(INDArray flat) {
    if (flat == paramsFlattened) {
      return;
    }
    if (flat.length() != paramsFlattened.length()) {
      throw new IllegalArgumentException(
          layerConf().describe()
              + ": "
              + flat.length()
              + " parameters given; allowed: "
              + paramsFlattened.length());
    }
    paramsFlattened.assign(flat.reshape(paramsFlattened.shape()));
  }

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  /** A layer with the same configuration and copied parameters, and no states. */
  @Override
  public Layer clone() {
    SequenceRuntime copy = layerConf().newRuntime(conf.clone(), dataType);
    INDArray flat = paramsFlattened.dup();
    copy.setParamsViewArray(flat);
    copy.setParamTable(
        new LinkedHashMap<>(layerConf().initializer().getGradientsFromFlattened(conf, flat)));
    copy.setIndex(index);
    return copy;
  }
}
