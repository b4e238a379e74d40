package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Dropout between the norm and the layer of a residual block, while training. */
public interface BranchDropout {

  /** Samples a mask and applies it in place. */
  void forward(INDArray activations);

  /** Applies the last mask to a gradient in place. */
  void backward(INDArray gradient);
}
