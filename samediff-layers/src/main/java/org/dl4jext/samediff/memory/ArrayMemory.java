package org.dl4jext.samediff.memory;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A base memory of all examples and heads at once: [R,P], the layout of {@link ReferenceMemory} in
 * each row, which is the slow form.
 */
interface ArrayMemory {

  /**
   * What the tokens of one step write; the gradient has the same form.
   *
   * @param k [R,K]
   * @param v [R,V]
   * @param scalars [R] each
   */
  record Tokens(INDArray k, INDArray v, List<INDArray> scalars) {}

  /** The memories after a step. */
  INDArray write(INDArray m, Tokens x);

  /**
   * The gradient of the memories before a step.
   *
   * @param after gradient of those after it
   * @param d gradient of the tokens, added to
   */
  INDArray writeBackward(INDArray m, Tokens x, INDArray after, Tokens d);

  /** Reads [R,L,V] of queries [R,L,K]. */
  INDArray read(INDArray m, INDArray q);

  /**
   * The gradient of the queries.
   *
   * @param dm gradient of the memories, added to
   */
  INDArray readBackward(INDArray m, INDArray q, INDArray d, INDArray dm);
}
