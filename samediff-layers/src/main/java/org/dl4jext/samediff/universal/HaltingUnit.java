package org.dl4jext.samediff.universal;

import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of halting on given states share: places, shapes and checks. */
abstract class HaltingUnit implements DifferentiableUnit {

  static final String NAME = "ACT halting";
  static final int LOGITS = 0;
  static final int STATES = 1;
  static final int MASK = 2;
  static final int OUTPUT = 0;
  static final int REMAINDERS = 1;
  static final int STEPS = 2;
  static final int WEIGHTS = 3;
  static final int PONDER = 4;
  static final int OUTPUTS = 5;

  final HaltingSpec spec;
  private final DataType type;
  private boolean kept;

  HaltingUnit(HaltingSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  /** Shapes of the outputs. */
  static List<long[]> outputShapes(HaltingSpec spec, INDArray[] inputs) {
    ArrayCheck.requireCount(NAME, "inputs", inputs, 3);
    INDArray states = inputs[STATES];
    DataType type = inputs[LOGITS].dataType();
    ArrayCheck.requireRank(NAME, "states", states, type, 4);
    int steps = spec.maxSteps();
    long batch = states.size(1);
    long length = states.size(2);
    long size = states.size(3);
    ArrayCheck.requireShape(NAME, "states", states, type, steps, batch, length, size);
    ArrayCheck.requireShape(NAME, "logits", inputs[LOGITS], type, steps, batch, length);
    ArrayCheck.requireMask(NAME, inputs[MASK], batch, length);
    long[] positions = {batch, length};
    return List.of(
        new long[] {batch, length, size},
        positions,
        positions,
        new long[] {steps, batch, length},
        new long[] {1});
  }

  private void requireOutputs(String what, INDArray[] inputs, INDArray[] outputs) {
    ArrayCheck.requireCount(NAME, what, outputs, OUTPUTS);
    List<long[]> shapes = outputShapes(spec, inputs);
    for (int i = 0; i < OUTPUTS; i++) {
      ArrayCheck.requireShapeOrNull(NAME, what + " " + i, outputs[i], type, shapes.get(i));
    }
  }

  @Override
  public final void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireOutputs("outputs", inputs, outputs);
    compute(inputs, outputs);
    kept = keep;
  }

  @Override
  public final void backward(
      INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(NAME + ": backward without a kept forward pass");
    }
    requireOutputs("output gradients", inputs, outputGradients);
    ArrayCheck.requireCount(NAME, "input gradients", inputGradients, inputs.length);
    differentiate(inputs, outputGradients, inputGradients);
  }

  /** Overwrites the outputs that are not null. */
  abstract void compute(INDArray[] inputs, INDArray[] outputs);

  /** Overwrites the input gradients that are not null; the numbers of steps have none. */
  abstract void differentiate(
      INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients);
}
