package org.dl4jext.recurrent.plstm;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.plstm.GridUnit;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The runtime of sequence layers, which takes the cells of an image as steps. */
@SuppressWarnings("try") // leaving a workspace has no other form
final class GridRuntime extends SequenceRuntime {

  private static final long serialVersionUID = 1L;

  private transient GridUnit unit;
  private transient INDArray gridMask;
  private transient long height;
  private transient long width;

  GridRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  protected LayerUnit newUnit(DataType computeType) {
    LayerUnit made = super.newUnit(computeType);
    if (!(made instanceof GridUnit grid)) {
      throw new IllegalStateException(layerConf() + " makes a unit that knows no grid");
    }
    unit = grid;
    setGrid();
    return made;
  }

  private void setGrid() {
    if (unit != null) {
      unit.setGrid(Math.toIntExact(height), Math.toIntExact(width));
    }
  }

  private boolean channelsLast() {
    return ((GridLayer<?>) layerConf()).gridFormat() == CNN2DFormat.NHWC;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
    assertInputSet(false);
    takeInput();
    return image(super.activate(training, mgr));
  }

  /** Turns an image into a sequence of its cells. */
  private void takeInput() {
    if (input.rank() == 3) {
      return;
    }
    boolean last = channelsLast();
    String format = last ? "[N, H, W, nIn]" : "[N, nIn, H, W]";
    if (input.rank() != 4 || input.size(last ? 3 : 1) != layerConf().getNIn()) {
      throw new DL4JInvalidInputException(
          layerConf()
              + ": input has shape "
              + Arrays.toString(input.shape())
              + "; allowed: "
              + format
              + " with nIn = "
              + layerConf().getNIn()
              + " "
              + layerId());
    }
    height = input.size(last ? 1 : 2);
    width = input.size(last ? 2 : 3);
    requireMask();
    // A copy has to outlive the workspaces of the forward pass.
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      maskArray =
          gridMask == null ? null : gridMask.dup('c').reshape(input.size(0), height * width);
      input = cells(input);
    }
    setGrid();
  }

  private void requireMask() {
    if (gridMask == null) {
      return;
    }
    long[] wanted = {input.size(0), 1, height, width};
    if (!Arrays.equals(wanted, gridMask.shape())) {
      throw new DL4JInvalidInputException(
          layerConf()
              + ": mask has shape "
              + Arrays.toString(gridMask.shape())
              + "; allowed: "
              + Arrays.toString(wanted));
    }
  }

  private INDArray cells(INDArray image) {
    return channelsLast()
        ? image.reshape('c', image.size(0), height * width, image.size(3))
        : image.reshape('c', image.size(0), image.size(1), height * width);
  }

  private INDArray image(INDArray cells) {
    return channelsLast()
        ? cells.reshape('c', cells.size(0), height, width, cells.size(2))
        : cells.reshape('c', cells.size(0), cells.size(1), height, width);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
    takeInput();
    Pair<Gradient, INDArray> result = super.backpropGradient(cells(epsilon), mgr);
    return new Pair<>(result.getFirst(), image(result.getSecond()));
  }

  @Override
  public void setMaskArray(INDArray mask) {
    gridMask = mask;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    gridMask = mask;
    maskState = state;
    return new Pair<>(mask, state);
  }

  @Override
  public void clear() {
    super.clear();
    gridMask = null;
  }

  @Override
  public Type type() {
    return Type.CONVOLUTIONAL;
  }
}
