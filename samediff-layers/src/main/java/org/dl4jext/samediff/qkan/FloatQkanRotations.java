package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * The inner loops of {@link FloatQkanEdges}: over the edges {@code first} to {@code n} of a state,
 * which stand in the circuits from {@code e} on.
 */
interface FloatQkanRotations {

  /** Encoding l: Rz of the angle weight value + shift, whose sine and cosine it keeps, then Ry. */
  void turn(int first, int n, float value, FloatQkanCircuits c, int l, int e, FloatQkanState s);

  /**
   * Undoes encoding l on states and adjoints, and adds to the sums of its three gradients.
   *
   * @return gradient of the value
   */
  float undo(
      int first,
      int n,
      float value,
      FloatQkanCircuits c,
      int l,
      int e,
      FloatQkanState s,
      FloatQkanSums sums);

  /** phi = |alpha| - |beta|, and its slope by z, which is bounded near the poles. */
  void amplitudes(int first, int n, FloatQkanState s);

  /** The loops in the build of {@code blocks}: over vectors where its own are. */
  static FloatQkanRotations of(FloatBlocks blocks) {
    if (!blocks.name().startsWith("vector")) {
      return new FloatPlainQkanRotations();
    }
    try {
      return (FloatQkanRotations)
          Class.forName(FloatQkanRotations.class.getPackageName() + ".FloatVectorQkanRotations")
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the vector build of the QKAN rotations is missing", e);
    }
  }
}
