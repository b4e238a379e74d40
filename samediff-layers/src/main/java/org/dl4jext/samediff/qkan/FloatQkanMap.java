package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * Runs the circuits of a map row by row on Java arrays; {@link QkanReference} is the slow form.
 *
 * <p>The inner loops go over the outputs of one input, which share its value. One instance is
 * scratch memory for one thread; the circuits may be shared.
 */
final class FloatQkanMap {

  private final FloatQkanCircuits circuits;
  private final FloatQkanEdges edges;
  private final FloatBlocks blocks;
  private final int groups;
  private final int inputs;
  private final int outputs;
  private final int inputStep;

  FloatQkanMap(QkanLayout layout, FloatQkanCircuits circuits, FloatBlocks blocks) {
    this.circuits = circuits;
    this.blocks = blocks;
    groups = layout.groups();
    inputs = layout.inputs();
    outputs = layout.outputs();
    inputStep = layout.sharedInput() ? 0 : inputs;
    edges = new FloatQkanEdges(circuits, outputs, blocks);
  }

  /** One row: out = map(in). */
  void forward(float[] in, int inOffset, float[] out, int outOffset) {
    System.arraycopy(circuits.constant, 0, out, outOffset, groups * outputs);
    for (int g = 0; g < groups; g++) {
      for (int i = 0; i < inputs; i++) {
        float value = in[inOffset + g * inputStep + i];
        int e = (g * inputs + i) * outputs;
        edges.forward(value, e, out, outOffset + g * outputs);
      }
    }
  }

  /** One row: adds to the sums and to the gradient of the input. */
  void backward(
      float[] in,
      int inOffset,
      float[] dOut,
      int dOutOffset,
      float[] dIn,
      int dInOffset,
      FloatQkanSums sums) {
    blocks.addScaled(groups * outputs, 1, dOut, dOutOffset, sums.output, 0);
    for (int g = 0; g < groups; g++) {
      int from = dOutOffset + g * outputs;
      for (int i = 0; i < inputs; i++) {
        int at = g * inputStep + i;
        int e = (g * inputs + i) * outputs;
        dIn[dInOffset + at] += edges.backward(in[inOffset + at], e, dOut, from, sums);
      }
    }
  }
}
