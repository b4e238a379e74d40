package org.dl4jext.samediff.memory;

/**
 * The cached recurrence of one example and head after another, on the buffers of one thread. The
 * gates are among the outputs already.
 */
interface FloatCachedHead {

  /**
   * Fills the outputs and the states of a head.
   *
   * @param arrays of the forward pass
   * @param kept receives what the backward pass needs; as long as {@link #keptSize}
   */
  void forward(FloatCachedArrays arrays, int example, int head, float[] kept);

  /**
   * Fills the gradients of a head; those of the gates are added to the gradients of the outputs.
   *
   * @param d gradients
   */
  void backward(FloatCachedArrays arrays, FloatCachedArrays d, int example, int head, float[] kept);

  /** Elements that a head keeps. */
  int keptSize(CachedRecurrenceSizes sizes);
}
