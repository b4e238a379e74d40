package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.block.BlockUnits;
import org.dl4jext.samediff.block.PreNormResidualUnit;
import org.dl4jext.samediff.block.RmsNormSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A block of pLSTM-Vis: x + layer(norm(x)) four times, of which the first layer is a pLSTM in
 * P-mode, the third one in D-mode, and the others are feed-forward.
 *
 * <p>Source: the vision block of arXiv 2506.11997; GELU by its form with tanh.
 */
public final class PlstmVisUnit extends CheckedLayerUnit implements GridUnit {

  private final DataType type;
  private final List<GridUnit> grids = new ArrayList<>();
  private final List<PreNormResidualUnit> stages = new ArrayList<>();

  /** What enters each stage, and what leaves the last. */
  private final INDArray[] between = new INDArray[PlstmVisSpec.stages() + 1];

  private boolean kept;

  /**
   * Makes the block.
   *
   * @param size channels in and out
   * @throws IllegalArgumentException if the size does not fit the spec
   */
  public PlstmVisUnit(PlstmVisSpec spec, long size, Execution execution, DataType dataType) {
    super(
        new LayerArrays("pLSTM-Vis block", dataType, size, size, spec.parameters(size), List.of()));
    type = dataType;
    for (int stage = 0; stage < PlstmVisSpec.stages(); stage++) {
      LayerUnit inner;
      if (stage % 2 == 0) {
        GridUnit grid =
            PlstmUnits.gridLayer(
                new PlstmGridLayout(spec.layer(stage), size, size), execution, dataType);
        grids.add(grid);
        inner = grid;
      } else {
        inner = BlockUnits.geluMlp(size, spec.mlpFactor() * size, execution, dataType);
      }
      LayerUnit norm = BlockUnits.norm(RmsNormSpec.standard(), size, execution, dataType);
      stages.add(new PreNormResidualUnit(norm, inner, dataType, null));
    }
  }

  @Override
  public void setGrid(int width, int height) {
    grids.forEach(grid -> grid.setGrid(width, height));
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    kept = false;
    between[0] = inputs[0];
    int next = FIRST_PARAMETER;
    for (int i = 0; i < stages.size(); i++) {
      boolean last = i == stages.size() - 1 && outputs[0] != null;
      between[i + 1] = last ? outputs[0] : ofShape(between[i + 1], inputs[0]);
      int count = stages.get(i).parameters().size();
      stages
          .get(i)
          .forward(
              part(between[i], inputs[1], inputs, next, count),
              new INDArray[] {between[i + 1]},
              keep);
      next += count;
    }
    between[stages.size()] = null;
    between[0] = null;
    kept = keep;
  }

  private INDArray ofShape(INDArray buffer, INDArray like) {
    return buffer != null && Arrays.equals(buffer.shape(), like.shape())
        ? buffer
        : Nd4j.createUninitializedDetached(type, like.shape());
  }

  private static INDArray[] part(INDArray x, INDArray mask, INDArray[] all, int first, int count) {
    INDArray[] part = new INDArray[FIRST_PARAMETER + count];
    part[0] = x;
    part[1] = mask;
    System.arraycopy(all, first, part, FIRST_PARAMETER, count);
    return part;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    kept = false;
    INDArray gradient = outputGradients[0];
    int next = inputs.length;
    for (int i = stages.size() - 1; i >= 0; i--) {
      int count = stages.get(i).parameters().size();
      next -= count;
      INDArray x = i == 0 ? inputs[0] : between[i];
      INDArray dx = i == 0 ? inputGradients[0] : Nd4j.createUninitializedDetached(type, x.shape());
      stages
          .get(i)
          .backward(
              part(x, inputs[1], inputs, next, count),
              new INDArray[] {gradient},
              part(dx, null, inputGradients, next, count));
      gradient = dx;
    }
  }
}
