package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A pLSTM layer on grids with both axes of the grid in its arrays: x [N,X,Y,nIn], mask [N,X,Y] or
 * null and the parameters; y [N,X,Y,nOut].
 */
public final class PlstmImageUnit implements DifferentiableUnit {

  private final PlstmGridLayout layout;
  private final GridUnit unit;
  private final DataType type;

  /** Makes the unit of a layer. */
  public PlstmImageUnit(PlstmGridLayout layout, Execution execution, DataType dataType) {
    this.layout = layout;
    this.unit = PlstmUnits.gridLayer(layout, execution, dataType);
    this.type = dataType;
  }

  static long[] outputShape(PlstmGridLayout layout, INDArray x) {
    ArrayCheck.requireRank(PlstmGridLayout.LAYER, "x", x, x.dataType(), 4);
    return new long[] {x.size(0), x.size(1), x.size(2), layout.outputSize()};
  }

  /** With the axes of the grid as one. */
  private static INDArray[] flat(INDArray[] arrays) {
    INDArray[] flat = arrays.clone();
    if (arrays[0] != null) {
      long cells = arrays[0].size(1) * arrays[0].size(2);
      flat[0] = arrays[0].dup('c').reshape('c', arrays[0].size(0), cells, arrays[0].size(3));
    }
    if (arrays.length > 1 && arrays[1] != null) {
      flat[1] = arrays[1].dup('c').reshape('c', arrays[1].size(0), -1);
    }
    return flat;
  }

  private static void copyBack(INDArray flat, INDArray to) {
    if (to != null) {
      to.assign(flat.reshape('c', to.shape()));
    }
  }

  private void requireShapes(INDArray[] inputs, INDArray[] outputs) {
    ArrayCheck.requireRank(PlstmGridLayout.LAYER, "x", inputs[0], type, 4);
    long[] shape = outputShape(layout, inputs[0]);
    ArrayCheck.requireMask(PlstmGridLayout.LAYER, inputs[1], shape[0], shape[1], shape[2]);
    ArrayCheck.requireCount(PlstmGridLayout.LAYER, "outputs", outputs, 1);
    ArrayCheck.requireShapeOrNull(PlstmGridLayout.LAYER, "y", outputs[0], type, shape);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireShapes(inputs, outputs);
    unit.setGrid(Math.toIntExact(inputs[0].size(1)), Math.toIntExact(inputs[0].size(2)));
    INDArray[] y = flat(outputs);
    unit.forward(flat(inputs), y, keep);
    copyBack(y[0], outputs[0]);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    requireShapes(inputs, outputGradients);
    INDArray[] gradients = inputGradients.clone();
    INDArray[] given = flat(inputs);
    gradients[0] =
        inputGradients[0] == null ? null : Nd4j.createUninitialized(type, given[0].shape(), 'c');
    unit.backward(given, flat(outputGradients), gradients);
    copyBack(gradients[0], inputGradients[0]);
  }
}
