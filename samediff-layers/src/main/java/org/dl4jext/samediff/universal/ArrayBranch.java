package org.dl4jext.samediff.universal;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What a step adds to the state, over rows [N T,D]; {@link ReferenceBranch} is the slow form. */
interface ArrayBranch {

  INDArray forward(INDArray y);

  /** The gradient of y; adds to those of the parameters. */
  INDArray backward(INDArray out);
}
