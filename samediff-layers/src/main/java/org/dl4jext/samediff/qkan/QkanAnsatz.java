package org.dl4jext.samediff.qkan;

/**
 * The circuit of one edge: which rotations stand around the encodings of its input.
 *
 * <p>Every circuit starts from H|0&gt;, encodes its input {@code reps} times and measures Z.
 */
public enum QkanAnsatz {
  /** Ry Rz before each encoding and at the end; the encoding is an Rz. */
  PZ(1, 2),
  /** Ry before each encoding and at the end; the encoding is an Rz, always of w x + b. */
  RPZ(1, 1),
  /** X, Ry, Z, then an Ry as encoding: amplitudes stay real. A single cosine whatever the reps. */
  REAL(0, 1);

  private final int closingLayers;
  private final int angles;

  QkanAnsatz(int closingLayers, int angles) {
    this.closingLayers = closingLayers;
    this.angles = angles;
  }

  /** Layers of trainable angles for a number of encodings. */
  int layers(int reps) {
    return reps + closingLayers;
  }

  /** Trainable angles of a layer: (Rz, Ry), or (Ry). */
  int angles() {
    return angles;
  }
}
