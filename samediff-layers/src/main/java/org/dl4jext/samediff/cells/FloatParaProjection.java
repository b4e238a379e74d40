package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/** The block-diagonal input projection of a layer with diagonal recurrence. */
final class FloatParaProjection {

  private final ParaLayout layout;
  private final FloatBlocks blocks;
  private final int inputs;
  private final int headInputs;
  private final int headSize;
  private final int wRow;
  private final int zRow;
  private float[] transposed;

  FloatParaProjection(ParaLayout layout, FloatBlocks blocks) {
    this.layout = layout;
    this.blocks = blocks;
    this.inputs = layout.inputSize();
    this.headInputs = layout.headInputs();
    this.headSize = layout.headSize();
    this.wRow = ParaKind.GATES * headSize;
    this.zRow = ParaKind.GATES * layout.outputSize();
  }

  /** A block of weights whose columns stand side by side in W and in z. */
  private interface Block {
    void run(int head, int wColumn, int zColumn, int columns);
  }

  private void forEachBlock(Block block) {
    int heads = layout.spec().heads();
    if (heads == 1) {
      block.run(0, 0, 0, zRow);
      return;
    }
    for (int h = 0; h < heads; h++) {
      for (int g = 0; g < ParaKind.GATES; g++) {
        block.run(h, g * headSize, g * layout.outputSize() + h * headSize, headSize);
      }
    }
  }

  /** z += x W. */
  void forward(float[] x, float[] w, float[] z, int rows) {
    forEachBlock(
        (h, column, to, columns) ->
            FloatPanels.addProduct(
                blocks,
                rows,
                columns,
                headInputs,
                x,
                h * headInputs,
                inputs,
                1,
                w,
                h * headInputs * wRow + column,
                wRow,
                z,
                to,
                zRow));
  }

  /** dx = dz W'. */
  void inputGradient(float[] w, float[] z, float[] dx, int rows) {
    Arrays.fill(dx, 0, rows * inputs, 0);
    transposed = FloatHostArrays.ensure(transposed, (long) inputs * wRow);
    for (int h = 0; h < layout.spec().heads(); h++) {
      int block = h * headInputs * wRow;
      blocks.transpose(headInputs, wRow, w, block, wRow, transposed, block, headInputs);
    }
    forEachBlock(
        (h, column, from, columns) ->
            FloatPanels.addProduct(
                blocks,
                rows,
                headInputs,
                columns,
                z,
                from,
                zRow,
                1,
                transposed,
                h * headInputs * wRow + column * headInputs,
                headInputs,
                dx,
                h * headInputs,
                inputs));
  }

  /** dw = x' dz. */
  void weightGradient(float[] x, float[] z, float[] dw, int rows) {
    Arrays.fill(dw, 0, inputs * wRow, 0);
    forEachBlock(
        (h, column, from, columns) ->
            FloatPanels.addProduct(
                blocks,
                headInputs,
                columns,
                rows,
                x,
                h * headInputs,
                1,
                inputs,
                z,
                from,
                zRow,
                dw,
                h * headInputs * wRow + column,
                wRow));
  }
}
