package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Universal Transformer as a layer: its auxiliary loss is the ponder cost, each example's the
 * mean over its own positions, times the weight of the spec. Where the layout has a memory, {@link
 * #attend} comes before the passes.
 */
public final class UniversalLayerUnit extends CheckedLayerUnit {

  private final UniversalCore core;
  private boolean kept;
  private double auxiliaryLoss;
  private INDArray memory;
  private INDArray memoryMask;
  private INDArray memoryGradient;

  UniversalLayerUnit(UniversalCore core) {
    super(arrays(core.layout, core.type));
    this.core = core;
  }

  /**
   * Sets what a layer with a memory attends to, until it is set again.
   *
   * @param newMemory [N,M,Dm]; read by each pass
   * @param newMask [N,M], 0 at padding; null for none
   */
  public void attend(INDArray newMemory, INDArray newMask) {
    memory = newMemory;
    memoryMask = newMask;
  }

  /**
   * The gradient [N,M,Dm] of the memory in the last backward pass.
   *
   * @throws IllegalStateException if there was none
   */
  public INDArray memoryGradient() {
    if (memoryGradient == null) {
      throw new IllegalStateException(
          UniversalTransformerUnit.NAME + ": no backward pass with a memory");
    }
    return memoryGradient;
  }

  private INDArray[] withMemory(INDArray[] inputs, INDArray first, INDArray second) {
    if (core.layout.memorySize() == 0) {
      return inputs;
    }
    INDArray[] all = Arrays.copyOf(inputs, inputs.length + 2);
    all[inputs.length] = first;
    all[inputs.length + 1] = second;
    return all;
  }

  private void requireMemory(long batch) {
    int size = core.layout.memorySize();
    if (size > 0) {
      UniversalTransformerUnit.requireMemory(memory, memoryMask, core.type, batch, size);
    }
  }

  private static LayerArrays arrays(UniversalLayout layout, DataType type) {
    return new LayerArrays(
        UniversalTransformerUnit.NAME,
        type,
        layout.inputSize(),
        layout.width(),
        layout.parameters(),
        layout.states());
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    requireMemory(inputs[0].size(0));
    kept = false;
    core.forward(withMemory(inputs, memory, memoryMask), outputs, keep);
    auxiliaryLoss = 0;
    for (ExampleRows rows : core.pass.examples()) {
      auxiliaryLoss += weight(rows) * HaltingNumbers.cost(core, rows);
    }
    kept = keep;
  }

  /** The caches: a step adds a position to them. */
  @Override
  public boolean updatesStates() {
    return true;
  }

  /** Share of a position's cost in the loss. */
  private double weight(ExampleRows rows) {
    return core.spec.halts() ? core.spec.ponderWeight() / Math.max(1, rows.pondering()) : 0;
  }

  @Override
  public double auxiliaryLoss() {
    return auxiliaryLoss;
  }

  /** What the last forward pass did. */
  public HaltingRecord halting() {
    return new HaltingRecord(
        core.pass.batch(),
        core.pass.steps(),
        core.updates.clone(),
        core.remainders.clone(),
        core.computedSteps());
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    double[] ofRemainders = new double[core.remainders.length];
    for (ExampleRows rows : core.pass.examples()) {
      HaltingNumbers.addCost(core.pass, rows, weight(rows), ofRemainders);
    }
    memoryGradient = core.layout.memorySize() > 0 ? memory.like() : null;
    core.backward(
        withMemory(inputs, memory, memoryMask),
        outputGradients,
        ofRemainders,
        withMemory(inputGradients, memoryGradient, null));
  }
}
