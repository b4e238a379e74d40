package org.dl4jext.samediff.kernel;

/**
 * One time step of a layer for several independent streams, on Java arrays and without allocation.
 *
 * <p>The parameters are copied when the kernel is made. Not thread-safe.
 */
public interface FloatStepKernel {

  /** Number of streams. */
  int streams();

  /**
   * Advances every stream by one step.
   *
   * @param x [streams,nIn], row after row; only read
   * @param y [streams,nOut], overwritten
   */
  void step(float[] x, float[] y);

  /** Copies a state [streams,...] out, in the order of {@code LayerUnit.states()}. */
  void readState(int index, float[] to);

  /** Copies a state [streams,...] in. */
  void writeState(int index, float[] from);

  /** Sets the states of one stream to zero. */
  void reset(int stream);
}
