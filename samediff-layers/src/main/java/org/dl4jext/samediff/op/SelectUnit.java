package org.dl4jext.samediff.op;

import java.util.Arrays;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Inputs a, b, mask; output {@code mask ? a : b}. Keeps nothing between the passes. */
public final class SelectUnit implements DifferentiableUnit {

  static final int MASK = 2;

  private static final String NAME = "select";

  /** Requires a and b of one shape and type and a mask over leading axes. */
  static void requireFit(INDArray[] inputs) {
    ArrayCheck.requireCount(NAME, "inputs", inputs, 3);
    INDArray a = inputs[0];
    ArrayCheck.requireShape(NAME, "b", inputs[1], a.dataType(), a.shape());
    long[] mask = inputs[MASK].shape();
    boolean fits = mask.length <= a.rank();
    for (int i = 0; fits && i < mask.length; i++) {
      fits = mask[i] == 1 || mask[i] == a.size(i);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          NAME
              + ": mask is "
              + Arrays.toString(mask)
              + "; allowed: leading axes of "
              + Arrays.toString(a.shape())
              + ", each of the same size or 1");
    }
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireFit(inputs);
    if (outputs[0] != null) {
      select(selected(inputs), inputs[0], inputs[1], outputs[0]);
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    requireFit(inputs);
    INDArray zero = Nd4j.create(inputs[0].dataType(), inputs[0].shape());
    INDArray gradient = outputGradients[0] == null ? zero : outputGradients[0];
    INDArray selected = selected(inputs);
    if (inputGradients[0] != null) {
      select(selected, gradient, zero, inputGradients[0]);
    }
    if (inputGradients[1] != null) {
      select(selected, zero, gradient, inputGradients[1]);
    }
  }

  /** The mask as booleans in the shape of a. */
  private static INDArray selected(INDArray[] inputs) {
    INDArray mask = inputs[MASK];
    long[] target = inputs[0].shape();
    INDArray on = mask.dataType() == DataType.BOOL ? mask : mask.neq(0);
    if (Arrays.equals(mask.shape(), target)) {
      return on.dup('c');
    }
    long[] aligned = Arrays.copyOf(mask.shape(), target.length);
    Arrays.fill(aligned, mask.rank(), target.length, 1);
    return on.dup('c').reshape('c', aligned).broadcast(Nd4j.create(DataType.BOOL, target));
  }

  private static void select(INDArray selected, INDArray a, INDArray b, INDArray to) {
    Nd4j.exec(DynamicCustomOp.builder("select").addInputs(selected, a, b).addOutputs(to).build());
  }
}
