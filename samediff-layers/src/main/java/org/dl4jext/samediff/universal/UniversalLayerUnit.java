package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Universal Transformer as a layer: its auxiliary loss is the ponder cost, each example's the
 * mean over its own positions, times the weight of the spec.
 */
public final class UniversalLayerUnit extends CheckedLayerUnit {

  private final UniversalCore core;
  private boolean kept;
  private double auxiliaryLoss;

  UniversalLayerUnit(UniversalCore core) {
    super(arrays(core.layout, core.type));
    if (core.layout.memorySize() > 0) {
      throw new IllegalArgumentException("Universal Transformer: a layer has no memory");
    }
    this.core = core;
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
    kept = false;
    core.forward(inputs, outputs, keep);
    auxiliaryLoss = 0;
    for (ExampleRows rows : core.pass.examples()) {
      auxiliaryLoss += weight(rows) * HaltingNumbers.cost(core, rows);
    }
    kept = keep;
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
    core.backward(inputs, outputGradients, ofRemainders, inputGradients);
  }
}
