package org.dl4jext.samediff.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A whole layer as a SameDiff op, with the inputs and outputs of its {@link LayerUnit}. */
public abstract class LayerOp extends UnitOp {

  private static final int MASK = 1;

  /** For SameDiff, which adds the arguments later. */
  protected LayerOp() {}

  /**
   * Adds the op to a graph.
   *
   * @param inputs made by {@link #inputs}
   */
  protected LayerOp(SameDiff sameDiff, SDVariable... inputs) {
    super(sameDiff, inputs);
  }

  /**
   * The inputs in the order of a {@link LayerUnit}.
   *
   * @param mask null for none
   * @param parameters one for each of the layer's
   * @param states one or null for each of the layer's; a null list for zeros
   * @throws IllegalArgumentException if there are more or fewer
   */
  protected static SDVariable[] inputs(
      LayerArrays arrays,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    int count = arrays.states().size();
    requireSize(arrays, "parameters", parameters, arrays.parameters().size());
    List<SDVariable> all = new ArrayList<>(Arrays.asList(x, mask));
    all.addAll(parameters);
    if (states != null) {
      requireSize(arrays, "states", states, count);
    }
    all.addAll(states == null ? Collections.nCopies(count, null) : states);
    return all.toArray(new SDVariable[0]);
  }

  private static void requireSize(LayerArrays arrays, String what, List<?> list, int allowed) {
    if (list.size() != allowed) {
      throw new IllegalArgumentException(
          arrays.unit() + ": " + list.size() + " " + what + "; allowed: " + allowed);
    }
  }

  /** Names and shapes of the layer that the arguments describe. */
  protected abstract LayerArrays arrays(DataType type);

  @Override
  public final int getNumOutputs() {
    return 1 + arrays(DataType.FLOAT).states().size();
  }

  @Override
  protected final boolean isDifferentiable(int input) {
    return input != MASK;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    LayerArrays arrays = arrays(inputs[0].dataType());
    arrays.requireInputs(inputs);
    return arrays.outputShapes(inputs[0]);
  }
}
