package org.dl4jext.samediff;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Checks the arrays of a {@link LayerUnit} and says where they stand.
 *
 * @param unit name for messages
 * @param type data type of all arrays
 * @param inputSize nIn
 * @param outputSize nOut
 * @param parameters of the layer
 * @param states of the layer
 * @param everyState whether the states among the outputs are those after every step [N,T,...]
 *     instead of those after the last [N,...]
 */
public record LayerArrays(
    String unit,
    DataType type,
    long inputSize,
    long outputSize,
    List<TensorShape> parameters,
    List<TensorShape> states,
    boolean everyState) {

  /** A layer that gives the states after the last step. */
  public LayerArrays(
      String unit,
      DataType type,
      long inputSize,
      long outputSize,
      List<TensorShape> parameters,
      List<TensorShape> states) {
    this(unit, type, inputSize, outputSize, parameters, states, false);
  }

  /** Index of the first state among the inputs. */
  public int firstState() {
    return LayerUnit.FIRST_PARAMETER + parameters.size();
  }

  /** Shapes of y and of the states among the outputs. */
  public List<long[]> outputShapes(INDArray x) {
    long batch = x.size(0);
    long steps = x.size(1);
    List<long[]> shapes = new ArrayList<>();
    shapes.add(new long[] {batch, steps, outputSize});
    for (TensorShape s : states) {
      shapes.add(everyState ? s.withBatchAndSteps(batch, steps) : s.withBatch(batch));
    }
    return shapes;
  }

  /** Refuses the arrays of a forward pass that do not fit. */
  public void requireForward(INDArray[] inputs, INDArray[] outputs) {
    requireInputs(inputs);
    requireOutputs("outputs", inputs, outputs);
  }

  /**
   * Refuses a backward pass without a kept forward pass, or with arrays that do not fit.
   *
   * @throws IllegalStateException if nothing was kept
   */
  public void requireBackward(
      boolean kept, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(unit + ": backward without a kept forward pass");
    }
    requireInputs(inputs);
    requireOutputs("output gradients", inputs, outputGradients);
    requireInputGradients(inputs, inputGradients);
  }

  /** Refuses inputs that do not fit. */
  public void requireInputs(INDArray[] inputs) {
    ArrayCheck.requireCount(unit, "inputs", inputs, firstState() + states.size());
    ArrayCheck.requireRank(unit, "x", inputs[0], type, 3);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    ArrayCheck.requireShape(unit, "x", inputs[0], type, batch, steps, inputSize);
    ArrayCheck.requireMask(unit, inputs[1], batch, steps);
    for (int i = 0; i < parameters.size(); i++) {
      TensorShape p = parameters.get(i);
      INDArray given = inputs[LayerUnit.FIRST_PARAMETER + i];
      ArrayCheck.requireShape(unit, p.name(), given, type, p.toArray());
    }
    requireStates("state ", inputs, batch);
  }

  /** Refuses outputs, or gradients of outputs, that do not fit the inputs. */
  public void requireOutputs(String what, INDArray[] inputs, INDArray[] outputs) {
    ArrayCheck.requireCount(unit, what, outputs, 1 + states.size());
    List<long[]> shapes = outputShapes(inputs[0]);
    for (int i = 0; i < outputs.length; i++) {
      String name = what + ": " + (i == 0 ? "y" : states.get(i - 1).name());
      if (i == 0 || everyState) {
        ArrayCheck.requireShapeOrNull(unit, name, outputs[i], type, shapes.get(i));
      } else {
        requireState(name, outputs[i], states.get(i - 1), inputs[0].size(0));
      }
    }
  }

  /** Refuses input gradients that do not fit the inputs. */
  public void requireInputGradients(INDArray[] inputs, INDArray[] gradients) {
    ArrayCheck.requireCount(unit, "input gradients", gradients, inputs.length);
    if (gradients[1] != null) {
      throw new IllegalArgumentException(unit + ": a mask has no gradient; allowed: null");
    }
    for (int i = 0; i < firstState(); i++) {
      if (gradients[i] != null) {
        String name = "gradient of input " + i;
        ArrayCheck.requireShape(unit, name, gradients[i], type, inputs[i].shape());
      }
    }
    requireStates("gradient of state ", gradients, inputs[0].size(0));
  }

  /** A state that grows may have any size along that axis; the unit knows which. */
  private void requireState(String name, INDArray array, TensorShape state, long batch) {
    boolean grown = array != null && state.fits(array.shape(), batch);
    long[] shape = grown ? array.shape() : state.withBatch(batch);
    ArrayCheck.requireShapeOrNull(unit, name, array, type, shape);
  }

  private void requireStates(String what, INDArray[] arrays, long batch) {
    for (int i = 0; i < states.size(); i++) {
      TensorShape s = states.get(i);
      requireState(what + s.name(), arrays[firstState() + i], s, batch);
    }
  }
}
