package org.dl4jext.samediff.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.dl4jext.samediff.op.SelectUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code y = x + layer(norm(x))} of two units. The parameters are those of the norm with the prefix
 * {@value #NORM} and those of the layer with the prefix {@value #LAYER}; the states are those of
 * the layer.
 */
@SuppressWarnings("try") // leaving a workspace has no other form
public final class PreNormResidualUnit implements LayerUnit {

  /** Prefix of the norm's parameters. */
  public static final String NORM = "n";

  /** Prefix of the layer's parameters. */
  public static final String LAYER = "i";

  private static final String NAME = "pre-norm residual block";

  private final LayerUnit norm;
  private final LayerUnit layer;
  private final DataType dataType;
  private final BranchDropout dropout;
  private final List<TensorShape> parameters;
  private final SelectUnit select = new SelectUnit();
  private INDArray branch;
  private boolean kept;

  /**
   * Joins two units of the same data type.
   *
   * @param norm keeps the number of channels
   * @param layer keeps the number of channels
   * @param dropout applied to the normalised input while training; null for none
   */
  public PreNormResidualUnit(
      LayerUnit norm, LayerUnit layer, DataType dataType, BranchDropout dropout) {
    if (norm.outputSize() != layer.outputSize()) {
      throw new IllegalArgumentException(
          NAME
              + ": the layer has "
              + layer.outputSize()
              + " outputs; allowed: "
              + norm.outputSize()
              + ", the size of the norm");
    }
    this.norm = norm;
    this.layer = layer;
    this.dataType = dataType;
    this.dropout = dropout;
    parameters = parameters(norm.parameters(), layer.parameters());
  }

  /** The parameters of a block, in order. */
  public static List<TensorShape> parameters(List<TensorShape> norm, List<TensorShape> layer) {
    List<TensorShape> all = new ArrayList<>();
    norm.forEach(p -> all.add(new TensorShape(NORM + p.name(), p.role(), p.shape())));
    layer.forEach(p -> all.add(new TensorShape(LAYER + p.name(), p.role(), p.shape())));
    return List.copyOf(all);
  }

  @Override
  public List<TensorShape> parameters() {
    return parameters;
  }

  @Override
  public List<long[]> stateShapes(INDArray[] inputs) {
    INDArray[] ofLayer = layerInputs(inputs);
    ofLayer[0] = inputs[0];
    return layer.stateShapes(ofLayer);
  }

  @Override
  public List<TensorShape> states() {
    return layer.states();
  }

  @Override
  public long outputSize() {
    return layer.outputSize();
  }

  @Override
  public double auxiliaryLoss() {
    return layer.auxiliaryLoss();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    ArrayCheck.requireCount(
        NAME, "inputs", inputs, FIRST_PARAMETER + parameters.size() + states().size());
    ArrayCheck.requireCount(NAME, "outputs", outputs, 1 + states().size());
    ArrayCheck.requireRank(NAME, "x", inputs[0], dataType, 3);
    kept = false;
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray x = inputs[0];
      branch = ofShape(branch, x);
      norm.forward(normInputs(inputs), new INDArray[] {branch}, keep);
      if (keep && dropout != null) {
        dropout.forward(branch);
      }
      layer.forward(layerInputs(inputs), outputs, keep);
      if (outputs[0] != null) {
        outputs[0].addi(valid(x, inputs[1]));
      }
    }
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(NAME + ": no forward pass was kept");
    }
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray gradient = Nd4j.createUninitialized(dataType, inputs[0].shape(), 'c');
      INDArray[] ofLayer = layerInputs(inputGradients);
      ofLayer[0] = gradient;
      layer.backward(layerInputs(inputs), outputGradients, ofLayer);
      if (dropout != null) {
        dropout.backward(gradient);
      }
      norm.backward(normInputs(inputs), new INDArray[] {gradient}, normInputs(inputGradients));
      if (inputGradients[0] != null && outputGradients[0] != null) {
        inputGradients[0].addi(valid(outputGradients[0], inputs[1]));
      }
    }
  }

  /** x, mask and the norm's parameters. */
  private INDArray[] normInputs(INDArray[] all) {
    return Arrays.copyOf(all, FIRST_PARAMETER + norm.parameters().size());
  }

  /** The normalised x, mask, the layer's parameters and the states. */
  private INDArray[] layerInputs(INDArray[] all) {
    int first = FIRST_PARAMETER + norm.parameters().size();
    INDArray[] some = new INDArray[FIRST_PARAMETER + all.length - first];
    some[0] = branch;
    some[1] = all[1];
    System.arraycopy(all, first, some, FIRST_PARAMETER, all.length - first);
    return some;
  }

  /** The array with zeros at masked steps, whatever these hold. */
  private INDArray valid(INDArray array, INDArray mask) {
    if (mask == null || mask.minNumber().doubleValue() > 0) {
      return array;
    }
    INDArray zero = Nd4j.create(dataType, array.shape());
    INDArray result = Nd4j.create(dataType, array.shape());
    select.forward(new INDArray[] {array, zero, mask}, new INDArray[] {result}, false);
    return result;
  }

  private INDArray ofShape(INDArray buffer, INDArray like) {
    return buffer != null && Arrays.equals(buffer.shape(), like.shape())
        ? buffer
        : Nd4j.createUninitialized(dataType, like.shape(), 'c');
  }

  @Override
  public FloatStepKernel floatStepKernel(INDArray[] all, int streams) {
    int split = norm.parameters().size();
    FloatStepKernel first = norm.floatStepKernel(Arrays.copyOf(all, split), streams);
    FloatStepKernel second =
        layer.floatStepKernel(Arrays.copyOfRange(all, split, all.length), streams);
    return first == null || second == null
        ? null
        : new FloatResidualStep(first, second, Math.toIntExact(outputSize()));
  }

  @Override
  public DoubleStepKernel doubleStepKernel(INDArray[] all, int streams) {
    int split = norm.parameters().size();
    DoubleStepKernel first = norm.doubleStepKernel(Arrays.copyOf(all, split), streams);
    DoubleStepKernel second =
        layer.doubleStepKernel(Arrays.copyOfRange(all, split, all.length), streams);
    return first == null || second == null
        ? null
        : new DoubleResidualStep(first, second, Math.toIntExact(outputSize()));
  }
}
