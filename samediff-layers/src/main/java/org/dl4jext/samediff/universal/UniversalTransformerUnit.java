package org.dl4jext.samediff.universal;

import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.LayerArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Universal Transformer with the numbers of its halting as outputs.
 *
 * <p>Inputs: x [N,T,nIn]; mask [N,T] or null; the parameters of the layout; with a memory, this
 * [N,M,Dm] and its mask [N,M] or null. Outputs: y [N,T,D]; steps run and remainders [N,T]; the
 * ponder cost [1], the mean of their sum over the positions that ponder. Without halting the last
 * three are 0. The numbers of steps are constants in the backward pass.
 */
final class UniversalTransformerUnit implements DifferentiableUnit {

  static final String NAME = "Universal Transformer";
  static final int OUTPUTS = 4;

  private final UniversalCore core;
  private boolean kept;

  UniversalTransformerUnit(UniversalCore core) {
    this.core = core;
  }

  /** Shapes of the outputs. */
  static List<long[]> outputShapes(UniversalLayout layout, INDArray[] inputs) {
    requireInputs(layout, inputs);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    return List.of(
        new long[] {batch, steps, layout.width()},
        new long[] {batch, steps},
        new long[] {batch, steps},
        new long[] {1});
  }

  private static void requireInputs(UniversalLayout layout, INDArray[] inputs) {
    int first = layout.firstState();
    boolean attends = layout.memorySize() > 0;
    ArrayCheck.requireCount(NAME, "inputs", inputs, first + (attends ? 2 : 0));
    INDArray[] own = java.util.Arrays.copyOf(inputs, first);
    new LayerArrays(
            NAME,
            inputs[0].dataType(),
            layout.inputSize(),
            layout.width(),
            layout.parameters(),
            List.of())
        .requireInputs(own);
    if (attends) {
      requireMemory(
          inputs[first],
          inputs[first + 1],
          inputs[0].dataType(),
          inputs[0].size(0),
          layout.memorySize());
    }
  }

  /** Requires a memory [batch,M,size] and a mask [batch,M] or null. */
  static void requireMemory(INDArray memory, INDArray mask, DataType type, long batch, long size) {
    ArrayCheck.requireRank(NAME, "memory", memory, type, 3);
    ArrayCheck.requireShape(NAME, "memory", memory, type, batch, memory.size(1), size);
    ArrayCheck.requireMask(NAME, mask, memory.size(0), memory.size(1));
  }

  private void requireOutputs(String what, INDArray[] inputs, INDArray[] outputs) {
    ArrayCheck.requireCount(NAME, what, outputs, OUTPUTS);
    List<long[]> shapes = outputShapes(core.layout, inputs);
    for (int i = 0; i < OUTPUTS; i++) {
      ArrayCheck.requireShapeOrNull(NAME, what + " " + i, outputs[i], core.type, shapes.get(i));
    }
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireOutputs("outputs", inputs, outputs);
    kept = false;
    core.forward(withStates(inputs), new INDArray[] {outputs[0], null, null, null}, keep);
    HaltingNumbers.write(core.updates, outputs[1]);
    HaltingNumbers.write(core.remainders, outputs[2]);
    HaltingNumbers.write(new double[] {HaltingNumbers.meanCost(core)}, outputs[3]);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(NAME + ": backward without a kept forward pass");
    }
    requireOutputs("output gradients", inputs, outputGradients);
    ArrayCheck.requireCount(NAME, "input gradients", inputGradients, inputs.length);
    double[] ofRemainders = HaltingNumbers.read(outputGradients[2], core.remainders.length);
    if (outputGradients[3] != null) {
      HaltingNumbers.addMeanCost(core.pass, outputGradients[3].getDouble(0), ofRemainders);
    }
    core.backward(
        withStates(inputs),
        new INDArray[] {outputGradients[0], null, null, null},
        ofRemainders,
        withStates(inputGradients));
  }

  /** Places for states that are zero, where the layout has some. */
  private INDArray[] withStates(INDArray[] arrays) {
    int first = core.layout.firstState();
    int states = core.layout.states().size();
    INDArray[] all = new INDArray[arrays.length + states];
    System.arraycopy(arrays, 0, all, 0, first);
    System.arraycopy(arrays, first, all, first + states, arrays.length - first);
    return all;
  }
}
