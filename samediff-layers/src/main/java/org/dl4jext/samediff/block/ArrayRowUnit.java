package org.dl4jext.samediff.block;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer that maps each step by itself, in ND4J operations on whole matrices: the data stay on the
 * device of the backend. The valid steps are packed into the rows of a matrix.
 */
@SuppressWarnings("try") // leaving a workspace has no other form
abstract class ArrayRowUnit implements LayerUnit {

  private final RowLayout layout;
  private final DataType dataType;
  private int[] valid;
  private INDArray x;
  private boolean kept;

  ArrayRowUnit(RowLayout layout, DataType dataType) {
    this.layout = layout;
    this.dataType = dataType;
  }

  /** y [rows,nOut] of x [rows,nIn]; keeps what {@link #backward} needs beside x. */
  abstract INDArray forward(INDArray x, INDArray[] parameters);

  /**
   * The input gradient.
   *
   * @param parameterGradients filled with new arrays
   */
  abstract INDArray backward(
      INDArray x, INDArray[] parameters, INDArray dy, INDArray[] parameterGradients);

  @Override
  public final List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public final List<TensorShape> states() {
    return List.of();
  }

  @Override
  public final long outputSize() {
    return layout.outputSize();
  }

  @Override
  public final void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    layout.requireForward(dataType, inputs, outputs);
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      valid = RowLayout.validRows(inputs[1]);
      x = pack(inputs[0]);
      if (x == null) {
        zero(outputs[0]);
      } else {
        unpack(forward(x, parameters(inputs)), outputs[0]);
      }
      kept = keep;
    }
  }

  @Override
  public final void backward(
      INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(layout.name() + ": no forward pass was kept");
    }
    layout.requireBackward(dataType, inputs, outputGradients, inputGradients);
    if (x == null || outputGradients[0] == null) {
      Arrays.stream(inputGradients).forEach(ArrayRowUnit::zero);
      return;
    }
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray[] gradients = new INDArray[layout.parameters().size()];
      unpack(
          backward(x, parameters(inputs), pack(outputGradients[0]), gradients), inputGradients[0]);
      for (int i = 0; i < gradients.length; i++) {
        INDArray to = inputGradients[FIRST_PARAMETER + i];
        if (to != null) {
          to.assign(gradients[i].reshape(to.shape()));
        }
      }
    }
  }

  private static INDArray[] parameters(INDArray[] inputs) {
    return Arrays.copyOfRange(inputs, FIRST_PARAMETER, inputs.length);
  }

  private static void zero(INDArray array) {
    if (array != null) {
      array.assign(0);
    }
  }

  /** The valid rows [rows,size] of [N,T,size]; null where there are none. */
  private INDArray pack(INDArray from) {
    INDArray all = from.dup('c').reshape('c', from.size(0) * from.size(1), from.size(2));
    if (valid == null) {
      return all;
    }
    return valid.length == 0 ? null : Nd4j.pullRows(all, 1, valid);
  }

  /** Writes packed rows to their steps, and zeros to the others. */
  private void unpack(INDArray rows, INDArray to) {
    if (to == null) {
      return;
    }
    INDArray all = rows;
    if (valid != null) {
      int[] source = new int[Math.toIntExact(to.size(0) * to.size(1))];
      for (int i = 0; i < valid.length; i++) {
        source[valid[i]] = i + 1;
      }
      INDArray padding = Nd4j.zeros(dataType, 1, rows.size(1));
      all = Nd4j.pullRows(Nd4j.concat(0, padding, rows), 1, source);
    }
    to.assign(all.reshape('c', to.shape()));
  }
}
