package org.dl4jext.samediff.universal;

/** What a step adds to the state: attention or the transition function, forward and backward. */
interface ReferenceBranch {

  /** One row for each row of y. */
  double[][] forward(double[][] y);

  /** The gradient of y; adds to those of the parameters. */
  double[][] backward(double[][] out);
}
