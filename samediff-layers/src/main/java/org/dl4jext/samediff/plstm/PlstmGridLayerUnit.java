package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all executions of a pLSTM layer on grids share: names, shapes and checks. */
abstract class PlstmGridLayerUnit extends CheckedLayerUnit implements GridUnit {

  final PlstmGridLayout layout;
  final DataType type;
  int width;
  int height;

  PlstmGridLayerUnit(PlstmGridLayout layout, DataType type) {
    super(
        new LayerArrays(
            PlstmGridLayout.LAYER,
            type,
            layout.inputSize(),
            layout.outputSize(),
            layout.parameters(),
            List.of()));
    this.layout = layout;
    this.type = type;
  }

  @Override
  public final void setGrid(int newWidth, int newHeight) {
    width = newWidth;
    height = newHeight;
  }

  final void requireForward(INDArray[] inputs, INDArray[] outputs) {
    arrays.requireForward(inputs, outputs);
    if ((long) width * height != inputs[0].size(1)) {
      throw new IllegalArgumentException(
          PlstmGridLayout.LAYER
              + ": the grid is "
              + width
              + " x "
              + height
              + " and x has "
              + inputs[0].size(1)
              + " cells; allowed: as many");
    }
  }
}
