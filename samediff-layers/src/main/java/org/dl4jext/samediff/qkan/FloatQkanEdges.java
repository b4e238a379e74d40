package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * The edges from one input of a {@link FloatQkanMap} to its outputs: neighbours in the arrays of
 * {@link FloatQkanCircuits}.
 *
 * <p>The backward pass runs the circuits again and then backwards: rotations are undone, so no
 * state is kept. An instance is scratch memory for one thread.
 */
final class FloatQkanEdges {

  private final FloatQkanCircuits circuits;
  private final int edges;
  private final FloatBlocks blocks;
  private final FloatQkanRotations rotations;
  private final FloatQkanState state;

  /**
   * @param edges number of outputs
   */
  FloatQkanEdges(FloatQkanCircuits circuits, int edges, FloatBlocks blocks) {
    this.circuits = circuits;
    this.edges = edges;
    this.blocks = blocks;
    rotations = FloatQkanRotations.of(blocks);
    state = new FloatQkanState(circuits.encodings, edges);
  }

  /**
   * Adds what the input gives to each output.
   *
   * @param value the input
   * @param e first edge
   * @param out outputs, from {@code to} on
   */
  void forward(float value, int e, float[] out, int to) {
    float[] phi = run(value, e);
    if (circuits.gain == null) {
      blocks.addScaled(edges, 1, phi, 0, out, to);
    } else {
      blocks.addTimes(edges, phi, 0, circuits.gain, e, out, to);
    }
    if (circuits.base != null) {
      float silu = value * FloatMath.sigmoid(value);
      blocks.addScaled(edges, silu, circuits.base, e, out, to);
    }
  }

  /**
   * Adds to the sums of the edges.
   *
   * @param dOut gradients of the outputs, from {@code from} on
   * @return the gradient of the input
   */
  float backward(float value, int e, float[] dOut, int from, FloatQkanSums sums) {
    blocks.addTimes(edges, run(value, e), 0, dOut, from, sums.phi, e);
    adjoint(dOut, from, e);
    float d = 0;
    for (int l = circuits.encodings - 1; l >= 0; l--) {
      d += rotations.undo(0, edges, value, circuits, l, e, state, sums);
    }
    blocks.addScaled(edges, 1, state.dx, 0, sums.startX, e);
    blocks.addScaled(edges, 1, state.dy, 0, sums.startY, e);
    blocks.addScaled(edges, 1, state.dz, 0, sums.startZ, e);
    if (circuits.base != null) {
      float s = FloatMath.sigmoid(value);
      blocks.addScaled(edges, value * s, dOut, from, sums.base, e);
      d += s * (1 + value * (1 - s)) * blocks.dot(edges, circuits.base, e, dOut, from);
    }
    return d;
  }

  /** The circuits from their start to the measurement; gives back what is measured. */
  private float[] run(float value, int e) {
    System.arraycopy(circuits.startX, e, state.x, 0, edges);
    System.arraycopy(circuits.startY, e, state.y, 0, edges);
    System.arraycopy(circuits.startZ, e, state.z, 0, edges);
    for (int l = 0; l < circuits.encodings; l++) {
      rotations.turn(0, edges, value, circuits, l, e, state);
    }
    if (!circuits.fast) {
      return state.z;
    }
    rotations.amplitudes(0, edges, state);
    return state.phi;
  }

  /** Starts the adjoint vector at the measurement. */
  private void adjoint(float[] dOut, int from, int e) {
    java.util.Arrays.fill(state.dx, 0);
    java.util.Arrays.fill(state.dy, 0);
    if (circuits.gain == null) {
      System.arraycopy(dOut, from, state.dz, 0, edges);
    } else {
      blocks.times(edges, dOut, from, circuits.gain, e, state.dz, 0);
    }
    if (circuits.fast) {
      blocks.times(edges, state.dz, 0, state.slope, 0, state.dz, 0);
    }
  }
}
