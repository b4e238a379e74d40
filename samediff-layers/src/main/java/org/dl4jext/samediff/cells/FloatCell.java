package org.dl4jext.samediff.cells;

/**
 * One step of {@code n} neighbouring elements of a cell, on parts of Java arrays.
 *
 * <p>Gate g of element e stands at {@code zOffset + g * gate + e}; state k beyond y (LSTM: c) at
 * {@code offset + k * state + e}. What the backward pass needs stays in the place of the
 * pre-activations, so that storing gates costs no memory of its own.
 */
interface FloatCell {

  /**
   * Advances a step.
   *
   * @param z pre-activations; overwritten by what the other methods need
   * @param before y before the step
   * @param s states beyond y, overwritten by those after the step
   * @param y after the step, overwritten
   */
  void forward(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] before,
      int beforeOffset,
      float[] s,
      int sOffset,
      int state,
      float[] y,
      int yOffset);

  /**
   * Advances the states beyond y once more, by what {@link #forward} left in z.
   *
   * @param before states beyond y before the step
   * @param after overwritten
   */
  void replay(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] before,
      int beforeOffset,
      float[] after,
      int afterOffset,
      int state);

  /**
   * Differentiates the step.
   *
   * @param z what {@link #forward} left; overwritten by the gradients of the pre-activations
   * @param y before the step
   * @param before states beyond y before the step
   * @param after states beyond y after the step; may be overwritten by anything
   * @param dy gradient of y after the step; overwritten by what goes directly to y before it
   * @param ds gradients of the states beyond y after the step; overwritten by those before it
   */
  void backward(
      int n,
      float[] z,
      int zOffset,
      int gate,
      float[] y,
      int yOffset,
      float[] before,
      int beforeOffset,
      float[] after,
      int afterOffset,
      int state,
      float[] dy,
      int dyOffset,
      float[] ds,
      int dsOffset,
      int dState);
}
