package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatProduct;

/**
 * The stages of a pLSTM layer around its recurrence: short convolution, projections, transition,
 * output norm and projection. {@link FloatPlstmLayer} runs them over sequences, {@link
 * FloatPlstmStepKernel} over one step of every stream.
 */
final class FloatPlstmStages {

  final FloatPlstmProjection gates;
  final FloatPlstmProjection values;
  final FloatPlstmTransition transition;
  final FloatPlstmReadout readout;

  /** Null where the layer has none. */
  final FloatPlstmConvolution convolution;

  private final PlstmLayout layout;
  private final FloatBlocks blocks;
  private final int heads;

  FloatPlstmStages(PlstmLayout layout, FloatBlocks blocks, FloatProduct product) {
    this.layout = layout;
    this.blocks = blocks;
    PlstmSpec spec = layout.spec();
    PlstmHead head = spec.head();
    int size = layout.inputSize();
    heads = spec.heads();
    gates = new FloatPlstmProjection(layout.convolved(), size, blocks, product);
    values = new FloatPlstmProjection(layout.raw(), size, blocks, product);
    transition =
        new FloatPlstmTransition(
            gates, "", heads, head.stateSize(), spec.eigenvalueFactor(), spec.expmOrder());
    convolution =
        spec.convolution() == 0 ? null : new FloatPlstmConvolution(size, spec.convolution());
    readout =
        new FloatPlstmReadout(
            heads, head.outputLength(), layout.outputSize(), spec.normEps(), blocks, product);
  }

  /** Takes the parameters of the projections. */
  void set(float[][] p) {
    gates.set(p, layout.firstMap());
    values.set(p, firstValueMap());
  }

  int firstValueMap() {
    return layout.firstMap() + layout.convolved().shapes().size();
  }

  /**
   * All that comes before the recurrence.
   *
   * @param z convolved rows
   * @param x rows
   */
  void begin(int rows, float[] z, float[] x) {
    gates.forward(rows, z);
    values.forward(rows, x);
    gates.sigmoid("source", rows);
    gates.sigmoid("mark", rows);
    gates.sigmoid("direct", rows);
    transition.forward(rows);
    readout.begin(rows);
  }

  /** All that comes after it. */
  void finish(int rows, float[][] p, float[] z, float[] y) {
    readout.forward(rows, p[layout.norm()], p[layout.output()], y);
    if (layout.spec().passthrough()) {
      int size = layout.inputSize();
      for (int r = 0; r < rows; r++) {
        blocks.addTimes(size, p[layout.passthrough()], 0, z, r * size, y, r * size);
      }
    }
  }

  /** One head of the rows from one on, or its gradients. */
  FloatPlstmLane lane(int row, int h, boolean gradients) {
    FloatPlstmField[] in = new FloatPlstmField[PlstmCoreArrays.GRID_INPUTS];
    in[PlstmCoreArrays.Q] = gates.part("query", row, h, heads, gradients);
    in[PlstmCoreArrays.K] = gates.part("key", row, h, heads, gradients);
    in[PlstmCoreArrays.V] = values.part("value", row, h, heads, gradients);
    in[PlstmCoreArrays.S_R] = gates.part("source", row, h, heads, gradients);
    in[PlstmCoreArrays.M_L] = gates.part("mark", row, h, heads, gradients);
    in[PlstmCoreArrays.DIRECT] = gates.part("direct", row, h, heads, gradients);
    in[PlstmCoreArrays.T_RL] = gradients ? transition.gradient(row, h) : transition.field(row, h);
    return FloatPlstmLane.forwards(in, readout.field(row, h));
  }
}
