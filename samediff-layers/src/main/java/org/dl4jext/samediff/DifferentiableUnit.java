package org.dl4jext.samediff;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function of arrays with a hand-written backward pass: the one form in which the library
 * computes.
 *
 * <p>The order and the shapes of inputs and outputs belong to the implementing class. An optional
 * input that is absent is {@code null}; so are an output, an output gradient (taken as zero) and an
 * input gradient (not wanted). Arrays may have any strides. All floating arrays of a call share one
 * data type.
 *
 * <p>An instance owns reusable buffers and what {@code backward} needs from the last {@code
 * forward}; it must not be used by two threads at once. Neither method keeps a reference to an
 * array after it returns, and an exception leaves every argument unchanged that was checked before
 * the first write.
 */
public interface DifferentiableUnit {

  /**
   * Computes the outputs.
   *
   * @param inputs read only
   * @param outputs allocated by the caller and overwritten; a {@code null} entry is not computed
   * @param keep whether {@link #backward} will follow; {@code false} keeps nothing and may use a
   *     faster form
   */
  void forward(INDArray[] inputs, INDArray[] outputs, boolean keep);

  /**
   * Computes {@code sum over outputs of <output, outputGradient>} differentiated by the inputs of
   * the last {@code forward(.., true)}, whose inputs must still hold the same values.
   *
   * @param inputs the same arrays as in the forward call
   * @param outputGradients a {@code null} entry is a zero gradient
   * @param inputGradients allocated by the caller and overwritten; a {@code null} entry is not
   *     computed
   * @throws IllegalStateException if no forward pass was kept
   */
  void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients);
}
